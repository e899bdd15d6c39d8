"""Who writes the synthesis: the team of the dossier; the pilot fixes it, and lets the region read it."""

from __future__ import annotations

from collections.abc import Collection

from consultations.consultes.permissions import STEPS
from core.actor import Actor
from evaluation.questionnaires.permissions import of_the_team
from evaluation.synthese.models import Synthese, VersionSynthese
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.permissions import why_not_contribute, why_not_pilot

_OVER = "L’ingénierie est terminée : rouvrez-la pour la modifier."


def why_not_begin(actor: Actor, ingenierie: Ingenierie) -> str:
    """Why ``actor`` may not begin the synthesis now, or ``""``."""
    if refusal := why_not_contribute(actor, ingenierie):
        return refusal
    if ingenierie.state in STEPS:
        return ""
    if ingenierie.is_open:
        return "La synthèse s’écrit à partir de l’étape « Confirmer »."
    return _OVER


def why_not_write(actor: Actor, ingenierie: Ingenierie) -> str:
    """Why ``actor`` may not write in the synthesis, or ``""``."""
    return why_not_contribute(actor, ingenierie) or ("" if ingenierie.is_open else _OVER)


def why_not_fix(actor: Actor, ingenierie: Ingenierie) -> str:
    """Why ``actor`` may not fix the synthesis, open it again or show it to the region, or ``""``: the pilot does."""
    return why_not_pilot(actor, ingenierie) or ("" if ingenierie.is_open else _OVER)


def readable_versions(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these versions, those ``actor`` may read: the team; the region has its own page, once it is switched on."""
    rows = VersionSynthese.objects.visible_to(actor).filter(pk__in=ids).defer("contenu")
    rows = rows.select_related("synthese__ingenierie")
    return {row.pk for row in rows if of_the_team(actor, row.synthese.ingenierie)}


def readable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these syntheses, those ``actor`` may read."""
    rows = Synthese.objects.visible_to(actor).filter(pk__in=ids).select_related("ingenierie")
    return {row.pk for row in rows if of_the_team(actor, row.ingenierie)}
