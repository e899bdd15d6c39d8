"""Codes and French labels of the directory of structures."""

from django.db import models


class Nature(models.TextChoices):
    """What takes part in an ingénierie: mostly structures d'utilité sociale, but not only (domain, « Who uses it »)."""

    STRUCTURE = "structure", "Structure d’utilité sociale"
    COLLECTIVITE = "collectivite", "Collectivité"
    ETABLISSEMENT = "etablissement", "Établissement"
    RESEAU = "reseau", "Réseau ou fédération"
    APPUI = "appui", "Organisme d’appui"


class EtatDiagnostic(models.TextChoices):
    """Where a diagnostic stands (domain, « Diagnostic partagé »)."""

    BROUILLON = "brouillon", "Brouillon"
    PARTAGE = "partage", "Partagé"
    CLOS = "clos", "Clos"


class Priorite(models.IntegerChoices):
    """How pressing a need is; the code sorts."""

    HAUTE = 1, "Haute"
    MOYENNE = 2, "Moyenne"
    BASSE = 3, "Basse"


class ReponseStructure(models.TextChoices):
    """What the structure says of the diagnostic that was shared with it."""

    VALIDE = "valide", "Validé"
    A_MODIFIER = "a_modifier", "Modifications demandées"


class ModeReponse(models.TextChoices):
    """How the answer of the structure reached us."""

    LIEN = "lien", "Par son lien personnel"
    ENTRETIEN = "entretien", "En entretien"
    TELEPHONE = "telephone", "Par téléphone"
    ECRIT = "ecrit", "Par écrit"


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


#: The means that are an ingénierie of the DLA.
MOYENS_INGENIERIE = (NatureMoyen.INDIVIDUELLE, NatureMoyen.COLLECTIVE)
