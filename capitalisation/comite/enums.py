"""Words of the editorial committee (004)."""

from __future__ import annotations

from django.db import models

from capitalisation.bibliotheque.enums import Echelle


class Qualite(models.TextChoices):
    """The avis on quality."""

    FAVORABLE = "favorable", "favorable"
    RESERVE = "reserve", "réservé"
    DEFAVORABLE = "defavorable", "défavorable"


class Portee(models.TextChoices):
    """The avis on reach."""

    TERRITORIALE = Echelle.TERRITORIALE
    NATIONALE = Echelle.NATIONALE


class Decision(models.TextChoices):
    """How an examination ended."""

    PUBLIEE = "publiee", "publiée"
    A_COMPLETER = "a_completer", "à compléter"
    PROMUE = "promue", "référence nationale"
    DECLINEE = "declinee", "reste territoriale"
    REPRISE = "reprise", "reprise par son auteur"
    ARCHIVEE = "archivee", "archivée"


#: Decisions of the committee itself: the author then reads what its members said.
DU_COMITE = (Decision.PUBLIEE, Decision.A_COMPLETER, Decision.PROMUE, Decision.DECLINEE)
