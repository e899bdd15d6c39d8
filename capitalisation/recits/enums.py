"""Words of the récits: fiches expériences (000) and monographies (001)."""

from __future__ import annotations

from django.db import models


class Genre(models.TextChoices):
    """What kind of récit: each has its layout, a file of ``capitalisation/recits/data``."""

    FICHE_EXPERIENCE = "fiche_experience", "fiche expérience"
    MONOGRAPHIE = "monographie", "monographie"
    MONOGRAPHIE_BENEFICIAIRE = "monographie_beneficiaire", "monographie d’un bénéficiaire"


class EtatRecit(models.TextChoices):
    """Where a récit stands: only an « arrêté » one has a version that others may read."""

    EN_COURS = "en_cours", "en cours d’écriture"
    ARRETE = "arrete", "arrêté"


class Source(models.TextChoices):
    """Who tells a part: a role, never a person."""

    DOSSIER = "dossier", "dossier de l’ingénierie"
    CHARGE_MISSION = "charge_mission", "chargé de mission"
    PRESTATAIRE = "prestataire", "prestataire"
    STRUCTURE = "structure", "structure"
    PARTENAIRE = "partenaire", "partenaire"
    AVISE = "avise", "référentiel national"


class EtatContribution(models.TextChoices):
    """Where a part that somebody else writes stands."""

    DEMANDEE = "demandee", "demandée"
    RENDUE = "rendue", "rendue"
    REPRISE = "reprise", "reprise dans le récit"
    ECARTEE = "ecartee", "écartée"
