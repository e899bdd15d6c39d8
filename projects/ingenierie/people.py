"""Who answers for an ingénierie now: read from the memberships, not from what its card says."""

from __future__ import annotations

from accounts.in_charge import belongs, in_charge, left_and_named, reply_address
from accounts.models import Grant, Organisation, User
from projects.ingenierie.models import Ingenierie


def organisations_of(ingenierie: Ingenierie) -> list[Organisation | None]:
    """Those whose members write in the dossier, the pilot first."""
    return [ingenierie.pilote, ingenierie.referent, *ingenierie.associes.all()]


def carrier_left(ingenierie: Ingenierie) -> bool:
    """Does its card name somebody who belongs to none of its organisations any more?"""
    return ingenierie.charge_mission_id is not None and not belongs(
        ingenierie.charge_mission, organisations_of(ingenierie)
    )


def interlocuteur(ingenierie: Ingenierie) -> User | None:
    """Who is told to others as the person to reach: who carries it while she is there, else a responsable."""
    return in_charge(ingenierie.charge_mission, *organisations_of(ingenierie))


def asker_of(grant: Grant, ingenierie: Ingenierie) -> User | None:
    """Who is told that a personal link was answered: who sent it while she is a member, else who carries it."""
    if belongs(grant.issued_by, [grant.organisation]):
        return grant.issued_by
    return interlocuteur(ingenierie)


def reply_to(ingenierie: Ingenierie) -> str | None:
    """Where an answer about it goes."""
    return reply_address(ingenierie.charge_mission, *organisations_of(ingenierie))


def left_named_in(text: str, ingenierie: Ingenierie) -> list[str]:
    """The people that ``text`` names and who left its organisations."""
    return left_and_named(text, organisations_of(ingenierie))
