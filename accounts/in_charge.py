"""Who answers for something now: read from the memberships, never from what was written when it was sent.

A link, an invitation, an ingénierie remembers a person; that person may have left since. Whoever writes a contact or a
reply address asks here.
"""

from __future__ import annotations

from collections.abc import Iterable

from accounts.enums import Role
from accounts.models import Grant, Membership, Organisation, User


def belongs(person: User | None, organisations: Iterable[Organisation | None]) -> bool:
    """Is ``person`` a running member of one of ``organisations``?"""
    if person is None:
        return False
    return Membership.objects.active().filter(user=person, organisation__in=_keys(organisations)).exists()


def in_charge(person: User | None, *organisations: Organisation | None) -> User | None:
    """``person`` while she belongs to one of ``organisations``; else the first responsable of the first that has one;
    else nobody."""
    if belongs(person, organisations):
        return person
    for key in _keys(organisations):
        managers = Membership.objects.active().filter(organisation=key, role=Role.RESPONSABLE)
        found = managers.select_related("user").order_by("pk").first()
        if found is not None:
            return found.user
    return None


def reply_address(person: User | None, *organisations: Organisation | None) -> str | None:
    """Where an answer reaches who is in charge now: her address, else that of the first of ``organisations``."""
    found = in_charge(person, *organisations)
    if found is not None:
        return found.email
    return next((o.email for o in organisations if o is not None and o.email), None)


def sender_of(grant: Grant) -> User | None:
    """Who sent a personal link, or who answers for it since she left; who runs the application invites for others."""
    person = grant.issued_by
    if person is not None and person.is_active and (grant.organisation is None or person.is_superuser):
        return person
    return in_charge(person, grant.organisation)


def reply_to_grant(grant: Grant) -> str | None:
    """Where the answer to a personal link goes."""
    person = sender_of(grant)
    return person.email if person else reply_address(None, grant.organisation)


def left_and_named(text: str, organisations: Iterable[Organisation | None]) -> list[str]:
    """The people named in ``text``, by name or by address, who left ``organisations``: one query."""
    keys = _keys(organisations)
    folded = " ".join(text.casefold().split())
    if not folded:
        return []
    here = Membership.objects.active().filter(organisation__in=keys).values("user")
    gone = User.objects.filter(memberships__organisation__in=keys).exclude(pk__in=here).distinct().order_by("pk")
    found = []
    for person in gone:
        told = (person.email, person.get_full_name() if person.first_name and person.last_name else "")
        if any(one and one.casefold() in folded for one in told):
            found.append(str(person))
    return found


def _keys(organisations: Iterable[Organisation | None]) -> list[int]:
    return list(dict.fromkeys(o.pk for o in organisations if o is not None))
