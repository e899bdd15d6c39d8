"""Codes and French labels of the publications."""

from django.db import models


class EtatPublication(models.TextChoices):
    """What the C2RA of a région decided of a fiche."""

    DEMANDEE = "demandee", "demandée"
    PUBLIEE = "publiee", "publiée"
    REFUSEE = "refusee", "refusée"
    INACTIVE = "inactive", "inactive"


class Statut(models.TextChoices):
    """Where a fiche stands in a région on a given day: the decision, and what the clock makes of it."""

    ABSENTE = "absente", "pas publiée"
    DEMANDEE = "demandee", "en attente de publication"
    PUBLIEE = "publiee", "publiée et à jour"
    A_ACTUALISER = "a_actualiser", "à actualiser"
    REFUSEE = "refusee", "publication refusée"
    INACTIVE = "inactive", "inactive"
