"""What helped others in an action of the démarche: an upper floor tells it, beside the action. It never ticks."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from core.actor import Actor
from core.registry import Registry


@dataclass(frozen=True)
class Aide:
    """Something to read: its title, its address."""

    titre: str
    url: str


@dataclass(frozen=True)
class Aides:
    """For one action: the first few, and where all of them are."""

    premieres: tuple[Aide, ...]
    toutes_url: str


#: ``(ingenierie, actor, codes)`` gives ``{action code: Aides}``, those without any left out: as many queries for one
#: action as for forty.
AIDES: Registry[Callable[[Any, Actor, Collection[str]], dict[str, Aides]]] = Registry("ce qui a aidé ailleurs")


def aides_for(ingenierie: Any, actor: Actor, codes: Collection[str]) -> dict[str, Aides]:
    """What the floors above tell of these actions; the first that speaks of one is heard."""
    found: dict[str, Aides] = {}
    for tell in AIDES:
        found = tell(ingenierie, actor, codes) | found
    return found
