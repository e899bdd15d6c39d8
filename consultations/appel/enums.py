"""Codes and French labels of the call to prestataires (002 theme 2)."""

from django.db import models


class ModeAppel(models.TextChoices):
    """How the call is made."""

    COMPLETE = "complete", "Mise en concurrence complète"
    SIMPLIFIEE = "simplifiee", "Appel à compétences simplifié"
    SANS_CONCURRENCE = "sans_concurrence", "Sans mise en concurrence, justifié"


class EtatAppel(models.TextChoices):
    """Where a call stands. « pré-retenu » is of the simplified mode only."""

    PREPARATION = "preparation", "en préparation"
    OUVERT = "ouvert", "ouvert"
    PRERETENU = "preretenu", "prestataire pré-retenu"
    DEPOUILLE = "depouille", "propositions ouvertes"
    ATTRIBUE = "attribue", "attribué"
    ANNULE = "annule", "annulé"
    SANS_SUITE = "sans_suite", "sans suite"


#: States in which a call still runs: an ingénierie has one such call at a time.
EN_COURS = (EtatAppel.PREPARATION, EtatAppel.OUVERT, EtatAppel.PRERETENU, EtatAppel.DEPOUILLE)


class MotifDeclin(models.TextChoices):
    """Why a prestataire does not position itself (002, DLA 28; the third is ours)."""

    HORS_CHAMPS = "hors_champs", "hors champs de compétences"
    INDISPONIBLE = "indisponible", "non disponible sur les échéances sollicitées"
    AUTRE = "autre", "autre raison"
