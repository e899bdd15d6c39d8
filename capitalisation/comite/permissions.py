"""Who decides after a committee, who sits in it, who reads which avis. Deny by default; each refusal has its sentence.

The C2RA decides for its région, the Avise for the national committee; neither reads the avis before giving its own when
it also sits.
"""

from __future__ import annotations

from accounts.enums import OrganisationKind
from accounts.permissions import writes
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.permissions import READ_ONLY, is_avise, why_not_national
from capitalisation.comite.models import ComiteEditorial, Examen, MembreComite
from core.actor import Actor
from referentiels.models import Region

_NO_COMMITTEE = "Seuls le C2RA d’une région et l’Avise règlent un comité éditorial."


def region_of(actor: Actor) -> tuple[bool, Region | None]:
    """Has ``actor`` a committee of its own (a C2RA, the Avise), and of which région (none: the national one)?"""
    organisation = actor.organisation
    if organisation is not None and organisation.kind == OrganisationKind.C2RA and organisation.region_id:
        return True, organisation.region
    return is_avise(actor), None


def why_not_manage(actor: Actor, comite: ComiteEditorial) -> str:
    """Why ``actor`` may not settle the committee nor write to its members, or ``""``."""
    if actor.is_system:
        return ""
    if comite.region_id is None:
        return why_not_national(actor)
    own, region = region_of(actor)
    if not own or region is None or region.pk != comite.region_id:
        return f"Le comité éditorial de la région {comite.region} est réglé par son C2RA."
    return "" if writes(actor) else READ_ONLY


def why_not_have(actor: Actor) -> str:
    """Why ``actor`` has no committee to settle at all, or ``""``."""
    return "" if region_of(actor)[0] else _NO_COMMITTEE


def decides(actor: Actor, comite: ComiteEditorial) -> bool:
    """Is the decision after this committee that of the organisation of ``actor`` (its readers included)?"""
    own, region = region_of(actor)
    return own and comite.region_id == (region.pk if region else None)


def seat_of(actor: Actor, examen: Examen) -> MembreComite | None:
    """The seat from which ``actor`` judges this resource, by account: none for who deposited it."""
    seats = MembreComite.objects.par_compte(actor) & MembreComite.objects.pour(examen.ressource)
    return seats.filter(comite=examen.comite_id).first()


def why_not_judge(membre: MembreComite, ressource: Ressource) -> str:
    """Why ``membre`` gives no avis on this resource, or ``""``."""
    if membre.parti_le is not None or MembreComite.objects.pour(ressource).filter(pk=membre.pk).exists():
        return ""
    return "Cette ressource est déposée par votre organisation : vous ne donnez pas d’avis sur elle."


def why_not_give(actor: Actor, examen: Examen, membre: MembreComite) -> str:
    """Why ``actor`` may not give the avis of ``membre`` now, or ``""`` (by link, ``take`` answers too)."""
    if membre.comite_id != examen.comite_id or membre.parti_le is not None:
        return "Cette personne ne siège pas, ou plus, au comité qui examine cette ressource."
    if refusal := why_not_judge(membre, examen.ressource):
        return refusal
    if actor.is_system:
        return ""
    if actor.kind == "link":
        email = actor.grant.recipient_email if actor.grant is not None else ""
        return "" if membre.par_lien and membre.email.lower() == email.lower() else "Ce lien n’est pas le vôtre."
    if actor.kind != "user" or membre.user_id != actor.user_id:
        return "Chaque membre du comité donne son propre avis."
    return ""


def reads_avis(actor: Actor, examen: Examen, membre: MembreComite | None, given: bool) -> bool:
    """Does ``actor`` read what the others said: who sits, once she has said hers; who decides; all after the end."""
    if examen.clos_le is not None or actor.is_system:
        return True
    return given if membre is not None else decides(actor, examen.comite)
