"""Who writes the plan: the team of the dossier; the pilot decides. Followed also once the ingénierie is closed."""

from __future__ import annotations

from collections.abc import Collection

from capitalisation.transfert.models import PlanTransfert
from consultations.consultes.permissions import STEPS
from core.actor import Actor
from projects.enums import Etat
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.permissions import why_not_contribute, why_not_pilot

_OVER = "L’ingénierie est terminée : rouvrez-la pour modifier son plan de transfert."
_GIVEN_UP = "L’ingénierie est abandonnée : rouvrez-la d’abord."


def is_alive(ingenierie: Ingenierie) -> bool:
    """Open, or closed with its transfers still to be made?"""
    return ingenierie.is_open or ingenierie.state == Etat.CLOTURE


def why_not_begin(actor: Actor, ingenierie: Ingenierie) -> str:
    """Why ``actor`` may not begin the plan now, or ``""``."""
    if refusal := why_not_contribute(actor, ingenierie):
        return refusal
    if ingenierie.state in STEPS:
        return ""
    if ingenierie.is_open:
        return "Le plan de transfert s’écrit à partir de l’étape « Confirmer »."
    return _OVER


def why_not_write(actor: Actor, ingenierie: Ingenierie) -> str:
    """Why ``actor`` may not write in the plan, or ``""``."""
    return why_not_contribute(actor, ingenierie) or ("" if ingenierie.is_open else _OVER)


def why_not_decide(actor: Actor, ingenierie: Ingenierie) -> str:
    """Why ``actor`` may not decide, or open again, or ``""``: the pilot does."""
    return why_not_pilot(actor, ingenierie) or ("" if ingenierie.is_open else _OVER)


def why_not_follow(actor: Actor, ingenierie: Ingenierie) -> str:
    """Why ``actor`` may not note what was transferred, or ``""``: after the end too."""
    return why_not_contribute(actor, ingenierie) or ("" if is_alive(ingenierie) else _GIVEN_UP)


def readable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these plans, those ``actor`` may read."""
    return set(PlanTransfert.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
