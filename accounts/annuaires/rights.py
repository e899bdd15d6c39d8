"""Who reads and who writes what an organisation keeps for itself: a sheet of its directory, a diagnostic, a plan."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from core.actor import Actor
from core.sorting import french

EVERYTHING = ~Q(pk__in=[])
NOTHING = Q(pk__in=[])
KEEPERS = (OrganisationKind.DLA, OrganisationKind.C2RA)


def keeps_directory(actor: Actor) -> bool:
    """Is the actor a member of an organisation that keeps a directory (DLA, C2RA)?"""
    return actor.organisation is not None and actor.organisation.kind in KEEPERS


def can_list(actor: Actor) -> bool:
    """May open a directory: members of a DLA, of a C2RA, of the AVISE."""
    organisation = actor.organisation
    return keeps_directory(actor) or bool(organisation and organisation.kind == OrganisationKind.AVISE)


def kept_for(actor: Actor, *, region: bool = False) -> Q:
    """The condition on ``organisation`` of what ``actor`` reads: its own organisation's for a DLA (the whole région
    with ``region``), the whole région for a C2RA, everything for the AVISE. Same answer as :func:`reads`."""
    if actor.is_system:
        return EVERYTHING
    organisation = actor.organisation
    if organisation is None:
        return NOTHING
    if organisation.kind == OrganisationKind.AVISE:
        return EVERYTHING
    if organisation.kind == OrganisationKind.C2RA or (region and organisation.kind == OrganisationKind.DLA):
        return Q(organisation__region_id=organisation.region_id)
    return Q(organisation_id=organisation.pk) if organisation.kind == OrganisationKind.DLA else NOTHING


def reads(actor: Actor, kept: Any, *, region: bool = False) -> bool:
    """Does ``actor`` read ``kept`` (anything with an ``organisation``)? Same answer as :func:`kept_for`."""
    if actor.is_system:
        return True
    organisation = actor.organisation
    if organisation is None:
        return False
    if organisation.kind == OrganisationKind.AVISE:
        return True
    if organisation.kind == OrganisationKind.C2RA or (region and organisation.kind == OrganisationKind.DLA):
        return organisation.region_id == kept.organisation.region_id
    return organisation.kind == OrganisationKind.DLA and organisation.pk == kept.organisation_id


def why_not_write(actor: Actor, kept: Any, refusal: str) -> str | None:
    """Why ``actor`` may not change ``kept``, or ``None``: members (not read-only) of the organisation that keeps it.

    ``refusal`` is what others are told.
    """
    if actor.is_system:
        return None
    if actor.organisation_id is None or actor.organisation_id != kept.organisation_id:
        return refusal
    return read_only(actor)


def read_only(actor: Actor) -> str | None:
    """The refusal of a member who only reads, or ``None``."""
    return None if actor.membership.writes else "Votre rôle dans l’organisation est « lecture seule »."


def keepers(actor: Actor) -> list[tuple[str, str]]:
    """The organisations whose directories the actor reads, as choices: of its région for a C2RA, all for the AVISE."""
    found: QuerySet[Organisation] = Organisation.objects.filter(kind__in=KEEPERS)
    if actor.organisation is not None and actor.organisation.is_c2ra:
        found = found.filter(region_id=actor.organisation.region_id)
    return [(str(pk), name) for pk, name in found.order_by(french("name"), "pk").values_list("pk", "name")]
