"""What waits for the people of a prestataire, at the top of their space: higher floors add their lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from core.actor import Actor
from core.registry import Registry
from partners.portfolio.prestataire.models import Prestataire


@dataclass(frozen=True, slots=True)
class Attente:
    """One line: what, what is said of it, where, and when it ends."""

    title: str
    detail: str
    url: str
    when: dt.datetime | None = None


#: ``(prestataire, actor)`` → its lines. One query each.
ATTENTES: Registry[Callable[[Prestataire, Actor], list[Attente]]] = Registry("ce qui attend un prestataire")


def waiting(prestataire: Prestataire, actor: Actor) -> list[Attente]:
    """Every line, as each floor orders its own."""
    return [line for read in ATTENTES for line in read(prestataire, actor)]
