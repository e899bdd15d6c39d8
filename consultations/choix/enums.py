"""Codes and French labels of the choice of a prestataire."""

from django.db import models


class ModeChoix(models.TextChoices):
    """How the prestataire was chosen."""

    HORS_APPLICATION = "hors_application", "Mise en concurrence conduite hors de l’application"
    SANS_CONCURRENCE = "sans_concurrence", "Sans mise en concurrence, justifié"


class ChoisiPar(models.TextChoices):
    """Whose choice it is (002: « choix avec ou par la structure »)."""

    AVEC = "avec", "avec les structures"
    PAR = "par", "par les structures"
    DLA = "dla", "par le pilote"
