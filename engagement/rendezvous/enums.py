"""Codes and French labels of what is convened."""

from django.db import models


class EtatRendezvous(models.TextChoices):
    """Where a meeting, a séance stands."""

    PREVUE = "prevue", "prévue"
    CONVOQUEE = "convoquee", "convoquée"
    TENUE = "tenue", "tenue"
    ANNULEE = "annulee", "annulée"
