"""Who may do what in the directory of structures. Deny by default; each refusal has its sentence."""

from __future__ import annotations

import rules

from accounts.enums import OrganisationKind
from core.actor import Actor
from structures.annuaire.models import Structure
from structures.registry import READING


def keeps_directory(actor: Actor) -> bool:
    """Is the actor a member of an organisation that keeps a directory (DLA, C2RA)?"""
    organisation = actor.organisation
    return bool(organisation and (organisation.is_dla or organisation.is_c2ra))


@rules.predicate
def can_list(actor: Actor) -> bool:
    """May open the directory: members of a DLA, of a C2RA, of the AVISE."""
    organisation = actor.organisation
    return keeps_directory(actor) or bool(organisation and organisation.kind == OrganisationKind.AVISE)


@rules.predicate
def can_view(actor: Actor, structure: Structure) -> bool:
    """May read it whole: same answer as ``Structure.objects.visible_to(actor)``."""
    if actor.is_system:
        return True
    organisation = actor.organisation
    if organisation is not None:
        if organisation.kind == OrganisationKind.AVISE:
            return True
        if organisation.kind == OrganisationKind.DLA and organisation.pk == structure.organisation_id:
            return True
        if organisation.kind == OrganisationKind.C2RA and organisation.region_id == structure.organisation.region_id:
            return True
    return any(rule.holds(actor, structure) for rule in READING)


def why_not_create(actor: Actor) -> str | None:
    """Why ``actor`` may not add to a directory, or ``None``."""
    if not keeps_directory(actor):
        return "Seuls les membres d’un DLA ou d’un C2RA inscrivent des structures."
    if not actor.membership.writes:
        return "Votre rôle dans l’organisation est « lecture seule »."
    return None


def why_not_edit(actor: Actor, structure: Structure) -> str | None:
    """Why ``actor`` may not change the sheet, or ``None``: members (not read-only) of the owner."""
    if actor.is_system:
        return None
    if actor.organisation_id is None or actor.organisation_id != structure.organisation_id:
        return f"Cette fiche est tenue par {structure.organisation} : seuls ses membres la modifient."
    if not actor.membership.writes:
        return "Votre rôle dans l’organisation est « lecture seule »."
    if structure.merged_into_id is not None:
        return "Cette fiche a été réunie à une autre, qui la remplace : c’est elle qu’il faut modifier."
    return None


@rules.predicate
def can_create(actor: Actor) -> bool:
    return why_not_create(actor) is None


@rules.predicate
def can_edit(actor: Actor, structure: Structure) -> bool:
    return why_not_edit(actor, structure) is None


rules.add_perm("structures.list", can_list)
rules.add_perm("structures.view", can_view)
rules.add_perm("structures.create", can_create)
rules.add_perm("structures.edit", can_edit)
