"""Who sets the rules of a région: its C2RA."""

from __future__ import annotations

from accounts.permissions import is_c2ra_of
from core.actor import Actor
from referentiels.models import Region


def why_not_rule(region: Region, actor: Actor) -> str:
    """Why ``actor`` may not set the rules of ``region``, or ``""``."""
    if actor.is_system:
        return ""
    if not is_c2ra_of(actor, region):
        return f"Ces règles sont fixées par le C2RA de la région {region}."
    return "" if actor.membership.writes else "Votre rôle dans l’organisation est « lecture seule »."
