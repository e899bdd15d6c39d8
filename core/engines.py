"""What the search engines are told: which parts of the application are for anybody, and the map of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.registry import Registry


@dataclass(frozen=True)
class OpenPart:
    """A part of the application where anybody may read: what its addresses begin with (``path``), the route of its map
    (``plan``), and whether something is shown there now."""

    path: str
    plan: str
    available: Callable[[], bool]


#: Each part adds itself; the rest is not for the engines.
OPEN_PARTS: Registry[OpenPart] = Registry("parties ouvertes à tous")
