"""Who asks for a change, who decides, who takes it back."""

from __future__ import annotations

from core.actor import Actor
from missions.conventions.enums import EtatConvention
from missions.conventions.models import Convention
from missions.conventions.permissions import why_not_decide
from missions.mission.permissions import is_prestataire, why_not_fill, why_not_running


def why_not_ask(actor: Actor, convention: Convention) -> str:
    """Why ``actor`` may not ask for a change, or ``""``: the people of the prestataire, and the team."""
    if refusal := why_not_fill(actor, convention):
        return refusal
    if convention.state != EtatConvention.SIGNEE:
        return "La convention est close : elle ne change plus."
    return ""


def why_not_answer(actor: Actor, convention: Convention) -> str:
    """Why ``actor`` may not decide for the DLA, nor type what a structure said, or ``""``: the pilot does."""
    return why_not_decide(convention.ingenierie, actor) or why_not_running(convention)


def asks_for_the_prestataire(actor: Actor, convention: Convention) -> bool:
    return is_prestataire(actor, convention)
