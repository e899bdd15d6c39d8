"""Dates that matter, of whatever floor: each registers its sources, the échéancier gathers them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.actor import Actor
from core.registry import Registry


@dataclass(frozen=True, slots=True)
class Echeance:
    """One date: ``when`` is a day, or an instant (then ``until`` its end, if known, and ``fuseau`` the name of the time
    zone where it happens, when it is not that of Paris).

    ``key`` names it for good within its source (« fin-42 »): a calendar that reads the feed again finds the same event.
    ``about`` is the title of the ingénierie or of the structure, ``title`` what happens. No name of a person.
    ``done``: nothing is expected any more, it is not late.
    """

    key: str
    title: str
    about: str
    url: str
    when: dt.date | dt.datetime
    until: dt.datetime | None = None
    place: str = ""
    done: bool = False
    fuseau: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """What is asked of a source: the days from ``since`` to ``until`` included, of one ingénierie or of all.

    Without ``ingenierie`` (its primary key): those that the actor carries, or what is the actor's own. The page has
    checked that the actor may read the ingénierie.
    """

    since: dt.date
    until: dt.date
    ingenierie: int | None = None


@dataclass(frozen=True)
class EcheanceSource:
    """A kind of date: its ``label`` (plural, for the filter), and how its dates are found, in one query."""

    label: str
    find: Callable[[Actor, Window], Iterable[Echeance]]


ECHEANCES: Registry[EcheanceSource] = Registry("échéancier")
