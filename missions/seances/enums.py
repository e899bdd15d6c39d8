"""Codes and French labels of the séances of a mission."""

from __future__ import annotations

from django.db import models


class NatureSeance(models.TextChoices):
    """What the séance is (000, démarche 4/4; 001)."""

    LANCEMENT = "lancement", "Réunion de lancement"
    COLLECTIVE = "collective", "Séance collective"
    INDIVIDUELLE = "individuelle", "Séance individuelle"
    THEMATIQUE = "thematique", "Réunion thématique"
    SEMINAIRE = "seminaire", "Séminaire"
    RESTITUTION = "restitution", "Restitution"


class SourceSeance(models.TextChoices):
    """On whose side somebody sits: a launch meeting gathers the first three."""

    STRUCTURE = "structure", "Structures"
    DLA = "dla", "DLA"
    PRESTATAIRE = "prestataire", "Prestataire"
    PARTENAIRE = "partenaire", "Partenaires"
