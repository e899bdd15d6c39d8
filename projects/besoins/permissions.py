"""Who reads the needs, and who pools them. Deny by default; each predicate has its sentence."""

from __future__ import annotations

import rules

from accounts.enums import OrganisationKind
from core.actor import Actor
from projects.enums import EtatMutualisation


@rules.predicate
def can_read_needs(actor: Actor) -> bool:
    """Reads the radar of needs and the proposals of pooling: who reads diagnostics (DLA, C2RA, AVISE)."""
    organisation = actor.organisation
    return organisation is not None and organisation.kind != OrganisationKind.CNAR


def why_not_pool(actor: Actor) -> str | None:
    """Why ``actor`` may not propose to pool needs, or ``None``: members of a C2RA, not read-only."""
    organisation = actor.organisation
    if organisation is None or not organisation.is_c2ra:
        return "Seul le C2RA propose aux DLA de sa région de mutualiser."
    return None if actor.membership.writes else "Votre rôle dans l’organisation est « lecture seule »."


def why_not_decide_pool(actor: Actor, mutualisation) -> str | None:
    """Why ``actor`` may not open or give up this proposal, or ``None``: members of the C2RA that made it."""
    if actor.organisation_id != mutualisation.organisation_id:
        return f"Cette décision revient à {mutualisation.organisation}."
    return why_not_pool(actor)


def why_not_answer_pool(actor: Actor, mutualisation) -> str | None:
    """Why ``actor`` may not answer this proposal, or ``None``: members of a DLA of the région, not read-only."""
    organisation = actor.organisation
    if (
        organisation is None
        or not organisation.is_dla
        or organisation.region_id != mutualisation.organisation.region_id
    ):
        return "Seuls les DLA de la région répondent à cette proposition."
    if not actor.membership.writes:
        return "Votre rôle dans l’organisation est « lecture seule »."
    return None if mutualisation.state == EtatMutualisation.PROPOSEE else "Cette proposition est close."


rules.add_perm("projects.read_needs", can_read_needs)
