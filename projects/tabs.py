"""Rooms of the dossier of an ingénierie: each floor adds its own, with its step and its state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.registry import Registry
from projects.enums import Cycle, Etat


@dataclass(frozen=True)
class Tab:
    """A room: label, route (takes the pk), and its state in a few characters read from SQL annotations.

    ``step`` is the step of the cycle that opens it; ``None`` for what crosses the steps (démarche, documents…).

    ``annotations`` join the one query of the page (:func:`projects.facts.fetch`); ``badge(values)`` reads them as
    attributes and returns the state to show. ``individuelle`` is what becomes of the tab in an ingénierie individuelle:
    another label (then without badge), ``None`` when it has no meaning there (its pages are then not found).
    """

    label: str
    route: str
    annotations: Callable[[], Mapping[str, Any]] | None = None
    badge: Callable[[Any], str] | None = None
    individuelle: str | None = ""
    step: Etat | None = None

    def label_for(self, cycle: str) -> str | None:
        """Its label in this cycle; ``None`` where the tab has no meaning."""
        return (
            (self.label if self.individuelle == "" else self.individuelle)
            if cycle == Cycle.INDIVIDUELLE
            else self.label
        )


TABS: Registry[Tab] = Registry("onglets")

#: What a neighbour of the region may also read from the summary of an ingénierie: ``(ingenierie, actor)`` gives
#: (label, address) pairs, one query each.
RESUME_LIENS: Registry[Callable[[Any, Any], list[tuple[str, str]]]] = Registry("liens du résumé")


@dataclass(frozen=True)
class SidePage:
    """A page that an upper floor adds to the room ``tab``, led to from the head of that room: label, route (takes the
    pk), icon. Not offered in an ingénierie individuelle."""

    tab: str
    label: str
    route: str
    icon: str


SIDE_PAGES: Registry[SidePage] = Registry("pages d’une salle, ajoutées par un étage du dessus")


def side_pages(tab: str, ingenierie: Any) -> list[SidePage]:
    """Those of the room ``tab`` of this ingénierie."""
    if ingenierie.cycle == Cycle.INDIVIDUELLE:
        return []
    return [page for page in SIDE_PAGES if page.tab == tab]


def means_nothing(code: str, ingenierie: Any) -> bool:
    """Is the tab ``code`` one that this ingénierie does not have?"""
    tab = TABS.get(code)
    return tab is not None and tab.label_for(ingenierie.cycle) is None
