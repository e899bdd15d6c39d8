"""Who asks for consents and notes them: the team, before and after the end. Taking back is always open."""

from __future__ import annotations

from capitalisation.transfert.permissions import why_not_follow
from core.actor import Actor
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.permissions import why_not_contribute


def why_not_ask(actor: Actor, ingenierie: Ingenierie) -> str:
    """Why ``actor`` may not ask for a consent or note that it was given, or ``""``."""
    return why_not_follow(actor, ingenierie)


def why_not_withdraw(actor: Actor, ingenierie: Ingenierie) -> str:
    """Why ``actor`` may not note a refusal or a withdrawal, or ``""``: in any state of the ingénierie."""
    return why_not_contribute(actor, ingenierie) or ""
