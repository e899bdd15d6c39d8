"""People leave: what somebody holds goes to a colleague in one action.

Higher floors say what a person can hold::

    HOLDINGS.register("projects.pilote", Holding("Ingénieries pilotées", count=…, transfer=…))

``count(user, organisation)`` says how many things of that kind ``user`` holds for ``organisation``;
``transfer(from_user, to_user, organisation, actor)`` gives them all to ``to_user``, journals each in its own dossier,
and returns the (title, address of its page) of each thing that moved. It runs inside the transaction of
:func:`accounts.services.members.hand_over`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from accounts.models import Membership, Organisation, User
from core.actor import Actor
from core.registry import Registry
from core.sorting import french


@dataclass(frozen=True)
class Holding:
    """One kind of thing a person holds; ``label`` is a French plural with its capital (« Ingénieries pilotées »)."""

    label: str
    count: Callable[[User, Organisation], int]
    transfer: Callable[[User, User, Organisation, Actor], Sequence[tuple[str, str]]]


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
        .order_by(french("user__last_name"), french("user__first_name"), "pk")
    )
