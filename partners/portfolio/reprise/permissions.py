"""Who invites the référent of a fiche taken over."""

from __future__ import annotations

from typing import Any

from accounts.permissions import is_c2ra_of
from core.actor import Actor
from partners.portfolio.prestataire.permissions import why_not_invite


def why_not_reprise(actor: Actor, reprise: Any) -> str | None:
    """Why ``actor`` may not invite the référent of a fiche taken over, or ``None``."""
    refusal = why_not_invite(actor)
    if refusal:
        return refusal
    organisation = actor.organisation
    if organisation.pk == reprise.organisation_id or is_c2ra_of(actor, reprise.prestataire.region):
        return None
    return f"Cette fiche a été reprise par {reprise.organisation} : c’est à elle d’inviter son référent."
