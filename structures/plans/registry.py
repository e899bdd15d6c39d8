"""What higher floors give to the rows of a plan, in their ``AppConfig.ready()``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.actor import Actor
from core.registry import Registry


@dataclass(frozen=True, slots=True)
class LigneLink:
    """What a row led to (an ingénierie): ``url`` is empty for who may not open it."""

    label: str
    url: str
    state: str


#: Bulk: ``provider(lignes, actor) -> {ligne.pk: [LigneLink, …]}``.
LinkProvider = Callable[[Sequence[Any], Actor], Mapping[int, list[LigneLink]]]
LIGNE_LINKS: Registry[LinkProvider] = Registry("ce que les lignes d’un plan ont ouvert")


@dataclass(frozen=True, slots=True)
class LigneAction:
    """A way to carry out a row: a page, at ``route`` with the pk of the row, named ``label``.

    ``natures`` are the means it serves (``NatureMoyen`` values). It is offered while the row led to nothing, or only
    once it did (``linked``); ``why_not(actor, ligne)`` is a refusal or ``None``.
    """

    label: str
    route: str
    natures: Collection[str]
    icon: str = "arrow-right"
    linked: bool = False
    why_not: Callable[[Actor, Any], str | None] = field(default=lambda actor, ligne: None)


LIGNE_ACTIONS: Registry[LigneAction] = Registry("actions des lignes d’un plan")


def links_of(lignes: Sequence[Any], actor: Actor) -> dict[int, list[LigneLink]]:
    """What each row led to, as every floor tells it."""
    found: dict[int, list[LigneLink]] = {}
    for provider in LIGNE_LINKS:
        for pk, links in provider(lignes, actor).items():
            found.setdefault(pk, []).extend(links)
    return found
