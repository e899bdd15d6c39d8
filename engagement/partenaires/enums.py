"""Codes and French labels of the partners (000, fiche pratique 3)."""

from django.db import models


class Verdict(models.TextChoices):
    """The answer to one of the three checks made with a partner."""

    A_VOIR = "a_voir", "à voir"
    OUI = "oui", "oui"
    NON = "non", "non"
