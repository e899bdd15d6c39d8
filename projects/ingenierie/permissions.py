"""Who may do what on an ingénierie. Deny by default; each predicate has its sentence."""

from __future__ import annotations

import rules

from core.actor import Actor
from projects.ingenierie.models import Ingenierie, listing_scope_of, scope_of


def _keys(ingenierie: Ingenierie) -> set[str]:
    # Answered from what the page already loaded when it prefetched, else by one query.
    return {scope.key for scope in ingenierie.scopes.all()}


@rules.predicate
def can_view(actor: Actor, ingenierie: Ingenierie) -> bool:
    """May read it whole: same answer as ``Ingenierie.objects.visible_to(actor)``."""
    key = scope_of(actor)
    return key == "*" or (key is not None and key in _keys(ingenierie))


@rules.predicate
def can_list(actor: Actor, ingenierie: Ingenierie) -> bool:
    """May see its summary: same answer as ``Ingenierie.objects.listed_for(actor)``."""
    key = listing_scope_of(actor)
    return key == "*" or (key is not None and key in _keys(ingenierie))


def _is_partner_organisation(actor: Actor, ingenierie: Ingenierie) -> bool:
    if actor.organisation_id is None:
        return False
    if actor.organisation_id in (ingenierie.pilote_id, ingenierie.referent_id):
        return True
    return any(organisation.pk == actor.organisation_id for organisation in ingenierie.associes.all())


def why_not_contribute(actor: Actor, ingenierie: Ingenierie) -> str | None:
    """Why ``actor`` may not write in the dossier, or ``None``: members (not read-only) of pilot and associated."""
    if actor.is_system:
        return None
    if actor.membership is None or not _is_partner_organisation(actor, ingenierie):
        return f"Seuls {ingenierie.pilote} et les organisations associées peuvent modifier ce dossier."
    if not actor.membership.writes:
        return "Votre rôle dans l’organisation est « lecture seule »."
    return None


def why_not_pilot(actor: Actor, ingenierie: Ingenierie) -> str | None:
    """Why ``actor`` may not take the pilot's decisions, or ``None``: members of the pilot or of the DLA référent."""
    if actor.is_system:
        return None
    if actor.membership is None or actor.organisation_id not in (ingenierie.pilote_id, ingenierie.referent_id):
        who = str(ingenierie.pilote)
        if ingenierie.referent_id and ingenierie.referent_id != ingenierie.pilote_id:
            who += f" ou {ingenierie.referent} (DLA référent)"
        return f"Cette décision revient au pilote : {who}."
    if not actor.membership.writes:
        return "Votre rôle dans l’organisation est « lecture seule »."
    return None


@rules.predicate
def can_contribute(actor: Actor, ingenierie: Ingenierie) -> bool:
    """May write in the dossier while it is open."""
    return why_not_contribute(actor, ingenierie) is None


@rules.predicate
def can_pilot(actor: Actor, ingenierie: Ingenierie) -> bool:
    """May decide: pass a gate, override, step back, abandon, diffuse."""
    return why_not_pilot(actor, ingenierie) is None


@rules.predicate
def can_create(actor: Actor) -> bool:
    """Members of a DLA or of a C2RA, not read-only."""
    organisation = actor.organisation
    return bool(organisation and (organisation.is_dla or organisation.is_c2ra) and actor.membership.writes)


def why_not_create(actor: Actor) -> str | None:
    """Why ``actor`` may not open an ingénierie, or ``None``."""
    if actor.is_system or can_create(actor):
        return None
    return "Seuls les membres d’un DLA ou d’un C2RA, hors lecture seule, ouvrent une ingénierie."


@rules.predicate
def can_give_avis(actor: Actor, ingenierie: Ingenierie) -> bool:
    """A C2RA of one of the regions of the ingénierie gives its opinion at a gate."""
    organisation = actor.organisation
    if not (organisation and organisation.is_c2ra and actor.membership.writes):
        return False
    # Nobody asks for one on an ingénierie individuelle; and one does not give an opinion on what one pilots.
    if ingenierie.is_individuelle:
        return False
    return organisation.pk != ingenierie.pilote_id and can_view(actor, ingenierie)


rules.add_perm("projects.view", can_view)
rules.add_perm("projects.list", can_list)
rules.add_perm("projects.contribute", can_contribute)
rules.add_perm("projects.pilot", can_pilot)
rules.add_perm("projects.create", can_create)
rules.add_perm("projects.give_avis", can_give_avis)
