"""What the room asks of those above it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from consultations.appel.models import Appel, Invitation
from core.actor import Actor
from core.registry import Registry

#: ``read(appels)`` → ``{pk: how many propositions were received and not taken back}``. One query, never whose.
RECUES: Registry[Callable[[Collection[int]], dict[int, int]]] = Registry("propositions reçues")


def received(appels: Collection[int]) -> dict[int, int]:
    """How many propositions each call received, for these calls (primary keys)."""
    total: dict[int, int] = {}
    for read in RECUES:
        for pk, count in read(appels).items():
            total[pk] = total.get(pk, 0) + count
    return total


@dataclass(frozen=True, slots=True)
class Suite:
    """What comes next, on a page of a call: a button (``url``) with the sentence before it, or the sentence alone."""

    note: str
    label: str = ""
    url: str = ""
    primary: bool = True


#: ``(invitation, actor)`` → what the page of a consultation offers the prestataire (write the proposition, receipts).
SUITES_CANDIDAT: Registry[Callable[[Invitation, Actor], list[Suite]]] = Registry("suites pour le candidat")
#: ``(appel, actor)`` → what the page of a call offers the team (open the propositions, the grid, the choice).
SUITES_EQUIPE: Registry[Callable[[Appel, Actor], list[Suite]]] = Registry("suites pour l’équipe")
#: ``(appel, actor)``: what is done once propositions may be read, in the transaction of the act that allows it.
A_L_OUVERTURE: Registry[Callable[[Appel, Actor], object]] = Registry("ce qui part à l’ouverture")


def at_opening(appel: Appel, actor: Actor) -> None:
    """Do what the rooms above do then; ``appel`` is as it stands now."""
    for act in A_L_OUVERTURE:
        act(appel, actor)


@dataclass(frozen=True, slots=True)
class Depose:
    """What an invited prestataire has deposited and takes back by declining: ``told(invitation)`` names it, if any;
    ``take_back(invitation, actor, arrived)`` takes it back, in the transaction of the decline, and says so."""

    told: Callable[[Invitation], str]
    take_back: Callable[[Invitation, Actor, dt.datetime], str]


#: What does not stay deposited once its author declines.
AU_DECLIN: Registry[Depose] = Registry("ce que reprend qui ne se positionne plus")
