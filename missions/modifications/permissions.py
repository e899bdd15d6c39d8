"""Who asks for a change, who decides, who takes it back."""

from __future__ import annotations

from core.actor import Actor
from missions.conventions.enums import Demandeur, EtatConvention
from missions.conventions.models import Convention
from missions.conventions.permissions import why_not_decide
from missions.mission.permissions import why_not_fill, why_not_follow, why_not_running
from missions.modifications.models import DemandeModification


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


def why_not_touch(actor: Actor, demande: DemandeModification) -> str:
    """Why ``actor`` may not correct or take back this request, or ``""``: the prestataire its own, the team any."""
    if refusal := why_not_ask(actor, demande.convention):
        return refusal
    if demande.demandeur != Demandeur.PRESTATAIRE and why_not_follow(actor, demande.convention):
        return f"Cette demande est faite par {demande.get_demandeur_display()} : seul le DLA la corrige ou la retire."
    return ""
