"""Codes and French labels of the portfolio of prestataires."""

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


class EtatFiche(models.TextChoices):
    """State of one version of a fiche."""

    BROUILLON = "brouillon", "brouillon"
    SOUMISE = "soumise", "soumise"
    A_COMPLETER = "a_completer", "à compléter"
    FIGEE = "figee", "acceptée"
    REFUSEE = "refusee", "refusée"


#: States in which the prestataire writes.
ECRITURE = (EtatFiche.BROUILLON, EtatFiche.A_COMPLETER)
#: The version under way: at most one per prestataire.
EN_COURS = (EtatFiche.BROUILLON, EtatFiche.SOUMISE, EtatFiche.A_COMPLETER)


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


class NaturePiece(models.TextChoices):
    """Kinds of documents of a fiche."""

    ASSURANCE = "assurance", "Attestation d’assurance"
    STATUTS = "statuts", "Kbis ou statuts"
    CV = "cv", "CV"
    REFERENCES = "references", "Références"
    AUTRE = "autre", "Autre document"


class RegimeTva(models.TextChoices):
    """Does the prestataire invoice VAT?"""

    ASSUJETTI = "assujetti", "Facture la TVA"
    FRANCHISE = "franchise", "Ne facture pas la TVA (franchise ou exonération)"
