"""What upper floors show on the page of one targeted structure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.actor import Actor
from core.registry import Registry
from projects.structures_ciblees.models import StructureCiblee


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the page: its template, which reads ``panel`` (``context``)."""

    template: str
    context: Mapping[str, Any]


#: ``panel(ciblee, actor, writes)`` → what to show (``writes``: with its buttons), or nothing.
STRUCTURE_PANELS: Registry[Callable[[StructureCiblee, Actor, bool], Panel | None]] = Registry(
    "ce que montre la page d’une structure ciblée"
)


def panels_of(ciblee: StructureCiblee, actor: Actor, writes: bool) -> list[Panel]:
    """What every floor shows of ``ciblee``."""
    return [panel for find in STRUCTURE_PANELS if (panel := find(ciblee, actor, writes)) is not None]
