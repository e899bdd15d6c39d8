"""Who may do what with a diagnostic. Deny by default; each refusal has its sentence.

A diagnostic is read by the DLA that keeps it, the C2RA of the région and the AVISE. Another DLA that shares an
ingénierie with the structure reads its sheet, never its diagnostics: only that there is one
(``structures.registry.HISTORY``). Plans follow the same rule.
"""

from __future__ import annotations

import rules

from accounts.enums import OrganisationKind
from core.actor import Actor


@rules.predicate
def can_view(actor: Actor, kept) -> bool:
    """May read it whole: same answer as ``visible_to(actor)``. ``kept`` is a diagnostic or a plan."""
    if actor.is_system:
        return True
    organisation = actor.organisation
    if organisation is None:
        return False
    if organisation.kind == OrganisationKind.AVISE:
        return True
    if organisation.kind == OrganisationKind.C2RA and organisation.region_id == kept.organisation.region_id:
        return True
    return organisation.pk == kept.organisation_id and organisation.kind in (
        OrganisationKind.DLA,
        OrganisationKind.C2RA,
    )


def why_not_write(actor: Actor, kept) -> str | None:
    """Why ``actor`` may not write it, or ``None``: members (not read-only) of the organisation that keeps it.

    ``kept`` is a diagnostic, a plan or the structure they are about.
    """
    if actor.is_system:
        return None
    if actor.organisation_id is None or actor.organisation_id != kept.organisation_id:
        return f"L’accompagnement de cette structure est tenu par {kept.organisation} : seuls ses membres y écrivent."
    if not actor.membership.writes:
        return "Votre rôle dans l’organisation est « lecture seule »."
    return None


@rules.predicate
def can_write(actor: Actor, kept) -> bool:
    return why_not_write(actor, kept) is None


rules.add_perm("structures.diagnostic_view", can_view)
rules.add_perm("structures.diagnostic_write", can_write)
