"""Codes and French labels of the partners (000, fiche pratique 3)."""

from django.db import models


class Verdict(models.TextChoices):
    """The answer to one of the three checks made with a partner."""

    A_VOIR = "a_voir", "à voir"
    OUI = "oui", "oui"
    NON = "non", "non"


class Presence(models.TextChoices):
    """Whether a partner is one of the DLA for good, or of this ingénierie only (fiche pratique 6)."""

    PERMANENT = "permanent", "permanent du DLA"
    PONCTUEL = "ponctuel", "ponctuel, pour cette ingénierie"


class Genre(models.TextChoices):
    """What a partner is, where results and transfer tell partners apart (fiche pratique 6)."""

    C2RA = "c2ra", "C2RA"
    CNAR = "cnar", "CNAR"
    PRESTATAIRE = "prestataire", "prestataire"
    AUTRE = "autre", "autre"
