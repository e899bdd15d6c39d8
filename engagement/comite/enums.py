"""Codes and French labels of the sessions of the comité d'appui."""

from django.db import models


class EtatSeance(models.TextChoices):
    """Where a session of the comité d'appui stands."""

    PREPARATION = "preparation", "en préparation"
    CONVOQUEE = "convoquee", "convoquée"
    TENUE = "tenue", "tenue"
    CLOSE = "close", "close"
    ANNULEE = "annulee", "annulée"
