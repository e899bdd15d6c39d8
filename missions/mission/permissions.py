"""Who acts on a mission: the team of the dossier, the people of the prestataire."""

from __future__ import annotations

from core.actor import Actor
from missions.conventions.models import Convention
from projects.ingenierie.permissions import why_not_contribute


def why_not_follow(actor: Actor, convention: Convention) -> str:
    """Why ``actor`` may not write in the mission for the team, or ``""``."""
    return why_not_contribute(actor, convention.ingenierie) or why_not_running(convention)


def why_not_running(convention: Convention) -> str:
    """Why nobody writes in the mission any more, or ``""``: the ingénierie is over, the prestataire not retained."""
    if not convention.ingenierie.is_open:
        return "L’ingénierie est terminée : sa mission ne change plus."
    if convention.choix.retire_at is not None:
        return f"{convention.choix.prestataire} n’est plus retenu : sa mission ne change plus."
    return ""
