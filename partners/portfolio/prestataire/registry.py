"""What upper floors ask of a prestataire, shown in its own space."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.registry import Registry
from partners.portfolio.prestataire.models import Prestataire


@dataclass(frozen=True, slots=True)
class EspaceLine:
    """One thing that waits for the prestataire, or that it answered: ``label``, ``detail``, ``url``; ``waits``."""

    label: str
    detail: str
    url: str
    waits: bool


#: ``lines(prestataire)`` → what is asked of it, those that wait first.
ESPACE_LINES: Registry[Callable[[Prestataire], list[EspaceLine]]] = Registry("espace d’un prestataire")


def espace_lines(prestataire: Prestataire) -> list[EspaceLine]:
    """What every floor asks of ``prestataire``."""
    found = [line for lines in ESPACE_LINES for line in lines(prestataire)]
    return sorted(found, key=lambda line: not line.waits)
