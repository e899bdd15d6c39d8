"""Codes and French labels of plans d’accompagnement."""

from django.db import models


class EtatPlan(models.TextChoices):
    """A plan is followed up, or closed."""

    EN_COURS = "en_cours", "En cours"
    CLOS = "clos", "Clos"


class EtatLigne(models.TextChoices):
    """Where a row of a plan stands."""

    A_FAIRE = "a_faire", "À faire"
    EN_COURS = "en_cours", "En cours"
    FAIT = "fait", "Fait"
    ABANDONNE = "abandonne", "Abandonné"


#: The rows that still ask for something.
LIGNES_OUVERTES = (EtatLigne.A_FAIRE, EtatLigne.EN_COURS)


class NatureMoyen(models.TextChoices):
    """What a row of a plan calls on (002, « La place de l’ingénierie dans le plan d’accompagnement »)."""

    STRUCTURE = "structure", "Moyens propres de la structure"
    DLA = "dla", "Appui du DLA"
    INDIVIDUELLE = "individuelle", "Ingénierie individuelle"
    COLLECTIVE = "collective", "Ingénierie collective"
    RESEAU = "reseau", "Fédération ou réseau"
    DISPOSITIF = "dispositif", "Dispositif public"
    FINANCIER = "financier", "Acteur ou outil financier"
    PAIR = "pair", "Autre structure d’utilité sociale"
    PARTENAIRE = "partenaire", "Autre partenaire"
    AUTRE = "autre", "Autre ressource"
