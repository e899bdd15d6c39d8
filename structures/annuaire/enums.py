"""Codes and French labels of the directory of structures."""

from django.db import models


class Nature(models.TextChoices):
    """What takes part in an ingénierie: mostly structures d'utilité sociale, but not only (domain, « Who uses it »)."""

    STRUCTURE = "structure", "Structure d’utilité sociale"
    COLLECTIVITE = "collectivite", "Collectivité"
    ETABLISSEMENT = "etablissement", "Établissement"
    RESEAU = "reseau", "Réseau ou fédération"
    APPUI = "appui", "Organisme d’appui"
