"""Codes and French labels of the choice of a prestataire."""

from django.db import models


class ModeChoix(models.TextChoices):
    """How the prestataire was chosen."""

    HORS_APPLICATION = "hors_application", "Mise en concurrence conduite hors de l’application"
    SANS_CONCURRENCE = "sans_concurrence", "Sans mise en concurrence, justifié"
    APPEL = "appel", "Mise en concurrence complète"
    APPEL_SIMPLIFIE = "appel_simplifie", "Appel à compétences simplifié"


#: What is chosen by hand; the others come from the decision of a call.
SAISIS = (ModeChoix.HORS_APPLICATION, ModeChoix.SANS_CONCURRENCE)


class ChoisiPar(models.TextChoices):
    """Whose choice it is (002: « choix avec ou par la structure »)."""

    AVEC = "avec", "avec les structures"
    PAR = "par", "par les structures"
    DLA = "dla", "par le pilote"


class AvisSurProjet(models.TextChoices):
    """What a structure says of the retained project."""

    VALIDE = "valide", "projet validé"
    A_RETRAVAILLER = "a_retravailler", "à retravailler"


class ModeAvis(models.TextChoices):
    """How a structure told it."""

    LIEN = "lien", "par lien personnel"
    TELEPHONE = "telephone", "au téléphone"
    COURRIER = "courrier", "par courrier ou courriel"
    REUNION = "reunion", "en réunion"


class Cote(models.TextChoices):
    """Who speaks of the retained project."""

    DLA = "dla", "DLA"
    PRESTATAIRE = "prestataire", "prestataire"
    STRUCTURE = "structure", "structure"
