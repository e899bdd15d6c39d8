"""Codes and French labels of the action beside the structures."""

from django.db import models


class TypeIntervention(models.TextChoices):
    """Kinds of intervention beside the structures, in the words of fiche pratique 5."""

    INFORMATION = "information", "Séances d’information"
    FORMATION = "formation", "Sessions de formation"
    ACCOMPAGNEMENT_COLLECTIF = "accompagnement_collectif", "Actions d’accompagnement : temps de travail collectif"
    ACCOMPAGNEMENT_INDIVIDUEL = "accompagnement_individuel", "Actions d’accompagnement : temps de travail individuel"
