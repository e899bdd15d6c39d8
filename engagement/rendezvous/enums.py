"""Codes and French labels of what is convened."""

from django.db import models


class EtatRendezvous(models.TextChoices):
    """Where a meeting, a séance stands."""

    PREVUE = "prevue", "prévue"
    CONVOQUEE = "convoquee", "convoquée"
    TENUE = "tenue", "tenue"
    ANNULEE = "annulee", "annulée"


class Presence(models.TextChoices):
    """Whether a participant came, to the whole of it or to a part (000, fiche pratique 4)."""

    A_NOTER = "", "à noter"
    PRESENT = "present", "présent"
    EN_PARTIE = "en_partie", "présent en partie"
    EXCUSE = "excuse", "excusé"
    ABSENT = "absent", "absent"
