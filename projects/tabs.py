"""Tabs of the page of an ingénierie: each floor adds its own, with its state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.registry import Registry


@dataclass(frozen=True)
class Tab:
    """A tab: label, route (takes the pk), and its state in a few characters read from SQL annotations.

    ``annotations`` join the one query of the page (they must be constant, see :func:`projects.facts.fetch_one`);
    ``badge(values)`` reads them as attributes and returns the state to show.
    """

    label: str
    route: str
    annotations: Callable[[], Mapping[str, Any]] | None = None
    badge: Callable[[Any], str] | None = None


TABS: Registry[Tab] = Registry("onglets")
