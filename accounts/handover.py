"""People leave: what somebody holds goes to a colleague in one action.

Higher floors say what a person can hold::

    HOLDINGS.register("projects.pilote", Holding("Ingénieries pilotées", count=…, transfer=…))

``count(user, organisation)`` says how many things of that kind ``user`` holds for ``organisation``;
``transfer(from_user, to_user, organisation, actor)`` gives them all to ``to_user``, journals each in its own dossier,
and returns how many moved. It runs inside the transaction of :func:`hand_over`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from accounts.models import Membership, Organisation, User
from accounts.services.members import (
    LAST_RESPONSABLE,
    end_locked,
    is_last_responsable,
    lock_organisation,
    lock_running,
    require_manager,
)
from core import journal
from core.actor import Actor
from core.errors import ConditionsNotMet, InvalidInput
from core.registry import Registry

journal.register_verbs({"membership.handover": "a confié à une autre personne ce que tenait"})


@dataclass(frozen=True)
class Holding:
    """One kind of thing a person holds; ``label`` is a French plural with its capital (« Ingénieries pilotées »)."""

    label: str
    count: Callable[[User, Organisation], int]
    transfer: Callable[[User, User, Organisation, Actor], int]


@dataclass(frozen=True)
class Held:
    """How many things of one kind a person holds, or handed over."""

    code: str
    label: str
    count: int


HOLDINGS: Registry[Holding] = Registry("ce que tient une personne")


def held_by(membership: Membership) -> list[Held]:
    """What the member holds for the organisation: the kinds with at least one thing."""
    lines = [
        Held(code, holding.label, holding.count(membership.user, membership.organisation))
        for code, holding in HOLDINGS.items()
    ]
    return [line for line in lines if line.count]


def possible_receivers(membership: Membership):
    """The other running members of the organisation who may write, by name."""
    return (
        Membership.objects.active()
        .filter(organisation=membership.organisation_id)
        .exclude(pk=membership.pk)
        .exclude(role="lecture")
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "pk")
    )


@transaction.atomic
def hand_over(
    membership: Membership, receiver: Membership, *, actor: Actor, end: bool = False, reason: str = ""
) -> list[Held]:
    """Give to ``receiver`` everything ``membership`` holds, then end the membership if ``end``; all or nothing.

    Returns what moved. Raises ``NotAllowed``, ``StaleState`` (one of the two left meanwhile), ``InvalidInput`` (the
    receiver is not a writing colleague), ``ConditionsNotMet`` (ending the last responsable).
    """
    require_manager(actor, membership.organisation)
    organisation = lock_organisation(membership.organisation_id)
    locked = lock_running(membership)
    to = possible_receivers(locked).filter(pk=receiver.pk).first()
    if to is None:
        raise InvalidInput("Choisissez une autre personne de l’organisation, qui ne soit pas en lecture seule.")
    if end and is_last_responsable(locked):
        raise ConditionsNotMet(LAST_RESPONSABLE)
    moved = []
    for code, holding in HOLDINGS.items():
        count = holding.transfer(locked.user, to.user, organisation, actor)
        if count:
            moved.append(Held(code, holding.label, count))
    journal.record(
        actor,
        "membership.handover",
        locked,
        scope=organisation,
        changes={line.label: (str(locked.user), f"{to.user} ({line.count})") for line in moved},
        reason=reason.strip(),
    )
    if end:
        end_locked(locked, actor=actor, reason=reason)
    return moved
