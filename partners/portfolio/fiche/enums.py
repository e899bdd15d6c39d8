"""Codes and French labels of the fiche."""

from django.db import models


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
