"""What the search asks of higher floors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from core.actor import Actor
from core.history import HistoryLine
from core.registry import Registry


@dataclass(frozen=True, slots=True)
class Sollicitation:
    """How often a prestataire was asked over the last twelve months: consulted, and retained."""

    consulte: int = 0
    retenu: int = 0


#: ``read(prestataires)`` → ``{pk: Sollicitation}`` for those that were asked (all that were, for ``None``). One query.
SOLLICITATIONS: Registry[Callable[[Collection[int] | None], dict[int, Sollicitation]]] = Registry("sollicitations")


def sollicitations(prestataires: Collection[int] | None = None) -> dict[int, Sollicitation]:
    """The sum of what each floor knows, for these prestataires (primary keys), or for all of them."""
    total: dict[int, Sollicitation] = {}
    for read in SOLLICITATIONS:
        for pk, found in read(prestataires).items():
            known = total.get(pk, Sollicitation())
            total[pk] = Sollicitation(known.consulte + found.consulte, known.retenu + found.retenu)
    return total


#: ``read(prestataires)`` → ``{pk: the day from which it may be asked again}`` for those that said so (all that did, for
#: ``None``). One query.
INDISPONIBLES: Registry[Callable[[Collection[int] | None], dict[int, dt.date]]] = Registry("indisponibles")


def unavailable(prestataires: Collection[int] | None = None) -> dict[int, dt.date]:
    """The latest day that each floor knows, for these prestataires (primary keys), or for all of them."""
    found: dict[int, dt.date] = {}
    for read in INDISPONIBLES:
        for pk, day in read(prestataires).items():
            found[pk] = max(day, found.get(pk, day))
    return found


@dataclass(frozen=True, slots=True)
class ResultAction:
    """A button below the results: it opens the page ``route`` with the prestataires ticked (``p``, their primary keys)
    and where to come back to (``retour``). ``may(actor)`` asks nothing of the database."""

    label: str
    route: str
    icon: str
    may: Callable[[Actor], bool]


RESULT_ACTIONS: Registry[ResultAction] = Registry("actions des résultats de la recherche")


def result_actions(actor: Actor) -> list[ResultAction]:
    """The actions offered to ``actor``."""
    return [action for action in RESULT_ACTIONS if action.may(actor)]


#: ``(prestataire, actor)`` (primary key) → what it did before, as ``actor`` reads it, newest first. Two queries.
PASSE: Registry[Callable[[int, Actor], list[HistoryLine]]] = Registry("passé d’un prestataire")


def past_of(prestataire: int, actor: Actor) -> list[HistoryLine]:
    """The lines of every floor."""
    return [line for read in PASSE for line in read(prestataire, actor)]
