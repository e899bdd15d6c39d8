"""Who may do what with people and organisations. Deny by default; predicates take an ``Actor``, never a request."""

from __future__ import annotations

from typing import Any

import rules

from accounts.enums import OrganisationKind
from core.actor import Actor
from core.permissions import is_operator

NOT_RESPONSABLE = "Seules les personnes responsables de l’organisation le peuvent : adressez-vous à l’une d’elles."
OTHER_ORGANISATION = (
    "Vous agissez en ce moment pour une autre organisation. "
    "Choisissez d’abord celle-ci dans « Mes organisations », puis recommencez."
)


def _membership(actor: Any):
    return getattr(actor, "membership", None)


def _kind(actor: Any) -> str:
    membership = _membership(actor)
    return membership.organisation.kind if membership else ""


@rules.predicate
def writes(actor: Actor) -> bool:
    """Acts for an organisation and may change something (not « lecture seule »)."""
    membership = _membership(actor)
    return membership is not None and membership.writes


@rules.predicate
def is_dla(actor: Actor) -> bool:
    """Acts for a DLA."""
    return _kind(actor) == OrganisationKind.DLA


@rules.predicate
def is_c2ra(actor: Actor) -> bool:
    """Acts for a C2RA."""
    return _kind(actor) == OrganisationKind.C2RA


@rules.predicate
def is_c2ra_of(actor: Actor, region: Any) -> bool:
    """Acts for the C2RA of ``region`` (a Region or its pk)."""
    pk = getattr(region, "pk", region)
    return pk is not None and _kind(actor) == OrganisationKind.C2RA and actor.membership.organisation.region_id == pk


@rules.predicate
def is_member(actor: Actor, organisation: Any) -> bool:
    """Acts for ``organisation``."""
    membership = _membership(actor)
    return membership is not None and membership.organisation_id == getattr(organisation, "pk", organisation)


@rules.predicate
def is_responsable(actor: Actor, organisation: Any) -> bool:
    """Acts for ``organisation`` as one of its responsables."""
    membership = _membership(actor)
    return is_member(actor, organisation) and membership.manages


@rules.predicate
def runs_application(actor: Actor) -> bool:
    """Runs the application (Django's administration)."""
    return isinstance(actor, Actor) and is_operator(actor)


@rules.predicate
def can_manage_members(actor: Actor, organisation: Any) -> bool:
    """May change roles, invite, end memberships, hand over."""
    return is_responsable(actor, organisation) or runs_application(actor)


@rules.predicate
def can_edit_organisation(actor: Actor, organisation: Any) -> bool:
    """May change the coordinates of ``organisation``."""
    return is_responsable(actor, organisation) or runs_application(actor)


rules.add_perm("accounts.manage_members", can_manage_members)
rules.add_perm("accounts.edit_organisation", can_edit_organisation)


def manage_refusal(actor: Actor, organisation: Any) -> str:
    """Why ``actor`` may not manage ``organisation``, in words; ``""`` when allowed."""
    if can_manage_members(actor, organisation):
        return ""
    return NOT_RESPONSABLE if is_member(actor, organisation) else OTHER_ORGANISATION
