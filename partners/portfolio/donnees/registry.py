"""What the portfolio asks of higher floors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from accounts.personal import Section
from core.registry import Registry


@dataclass(frozen=True, slots=True)
class Engagement:
    """What a prestataire is engaged in: ``running`` says in words what still runs (nothing: all is over); ``last`` is
    the last day of what was."""

    last: dt.date
    running: str = ""


#: ``read(prestataires)`` → ``{pk: Engagement}`` for those that were retained or had a mission. One query or so.
ENGAGEMENTS: Registry[Callable[[Collection[int]], dict[int, Engagement]]] = Registry("engagements des prestataires")


#: ``named(prestataires, nom)`` → what higher floors hold of an intervenant of this name, of these prestataires.
NOMMES: Registry[Callable[[Collection[int], str], list[Section]]] = Registry("textes qui nomment un intervenant")


def named(prestataires: Collection[int], nom: str) -> list[Section]:
    """The sections of a person's file that tell where she is named as an intervenant, beside the fiches."""
    if not nom.strip():
        return []
    return [section for read in NOMMES for section in read(prestataires, nom)]


def engagements(prestataires: Collection[int]) -> dict[int, Engagement]:
    """What these prestataires (primary keys) are engaged in, whatever the floor that knows it."""
    total: dict[int, Engagement] = {}
    for read in ENGAGEMENTS:
        for pk, found in read(prestataires).items():
            known = total.get(pk)
            if known is not None:
                found = Engagement(max(known.last, found.last), known.running or found.running)
            total[pk] = found
    return total
