"""Who may do what in the directory of partners. Deny by default; each refusal has its sentence."""

from __future__ import annotations

import rules

from accounts.enums import OrganisationKind
from core.actor import Actor
from partners.directory.models import Partenaire


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
def can_view(actor: Actor, partenaire: Partenaire) -> bool:
    """May read it: same answer as ``Partenaire.objects.visible_to(actor)``."""
    if partenaire.merged_into_id is not None:
        return False
    if actor.is_system:
        return True
    organisation = actor.organisation
    if organisation is None:
        return False
    if organisation.kind == OrganisationKind.AVISE:
        return True
    return keeps_directory(actor) and organisation.region_id == partenaire.organisation.region_id


def why_not_create(actor: Actor) -> str | None:
    """Why ``actor`` may not add a partner, or ``None``."""
    if not keeps_directory(actor):
        return "Seuls les membres d’un DLA ou d’un C2RA inscrivent des partenaires."
    if not actor.membership.writes:
        return "Votre rôle dans l’organisation est « lecture seule »."
    return None


def why_not_edit(actor: Actor, partenaire: Partenaire) -> str | None:
    """Why ``actor`` may not change the sheet, or ``None``: members (not read-only) of the owner."""
    if actor.is_system:
        return None
    if actor.organisation_id is None or actor.organisation_id != partenaire.organisation_id:
        return f"Cette fiche est tenue par {partenaire.organisation} : seuls ses membres la modifient."
    if not actor.membership.writes:
        return "Votre rôle dans l’organisation est « lecture seule »."
    if partenaire.merged_into_id is not None:
        return "Cette fiche a été réunie à une autre, qui la remplace : c’est elle qu’il faut modifier."
    return None


@rules.predicate
def can_create(actor: Actor) -> bool:
    return why_not_create(actor) is None


@rules.predicate
def can_edit(actor: Actor, partenaire: Partenaire) -> bool:
    return why_not_edit(actor, partenaire) is None


rules.add_perm("directory.list", can_list)
rules.add_perm("directory.view", can_view)
rules.add_perm("directory.create", can_create)
rules.add_perm("directory.edit", can_edit)
