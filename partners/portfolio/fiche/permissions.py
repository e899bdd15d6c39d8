"""Who decides of a fiche, for a région."""

from __future__ import annotations

from typing import Any

from accounts.permissions import is_c2ra_of
from core.actor import Actor


def why_not_review(actor: Actor, region: Any) -> str | None:
    """Why ``actor`` may not decide of a publication in ``region``, or ``None``."""
    if actor.is_system:
        return None
    if not is_c2ra_of(actor, region):
        return f"Cette décision revient au C2RA de la région {region}."
    return None if actor.membership.writes else "Votre rôle dans l’organisation est « lecture seule »."
