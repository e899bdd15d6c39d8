"""Who reads a version of a fiche, who decides of it."""

from __future__ import annotations

from typing import Any

import rules

from accounts.permissions import is_c2ra_of
from core.actor import Actor
from partners.portfolio.fiche.models.fiche import FicheVersion


@rules.predicate
def can_read(actor: Actor, fiche: FicheVersion) -> bool:
    """May read this version, documents included."""
    return FicheVersion.objects.visible_to(actor).filter(pk=fiche.pk).exists()


def why_not_review(actor: Actor, region: Any) -> str | None:
    """Why ``actor`` may not decide of a publication in ``region``, or ``None``."""
    if actor.is_system:
        return None
    if not is_c2ra_of(actor, region):
        return f"Cette décision revient au C2RA de la région {region}."
    return None if actor.membership.writes else "Votre rôle dans l’organisation est « lecture seule »."


@rules.predicate
def can_review(actor: Actor, region: Any) -> bool:
    return why_not_review(actor, region) is None
