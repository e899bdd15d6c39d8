"""Codes and French labels of the prestataires and of their people."""

from django.db import models


class TypePrestataire(models.TextChoices):
    """What a prestataire is (domain of 002, « Caractéristiques »)."""

    CABINET = "cabinet", "Cabinet"
    INDEPENDANT = "independant", "Indépendant"
    RESEAU = "reseau", "Réseau"
    ASSOCIATION = "association", "Association"
    COOPERATIVE = "cooperative", "Coopérative"


class RoleMembre(models.TextChoices):
    """What somebody is in a prestataire."""

    REFERENT = "referent", "référent"
    CONSULTANT = "consultant", "consultant"


class EtatMembre(models.TextChoices):
    """Where somebody's belonging to a prestataire stands."""

    DEMANDE = "demande", "demande en attente"
    ACTIF = "actif", "membre"
    REFUSE = "refuse", "demande refusée"
    PARTI = "parti", "parti"
