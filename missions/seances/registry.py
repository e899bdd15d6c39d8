"""What higher floors add to the attendance sheet of a séance, and to its page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.registry import Registry
from missions.seances.models import Seance


@dataclass(frozen=True, slots=True)
class Ajout:
    """One block: its title, what it says, and the address that the participants open on their phone (a QR code is
    printed beside it; empty: none). The address is whole (``https://…``)."""

    titre: str
    texte: str
    url: str = ""


#: ``(seance)`` → its block, or nothing. Two queries at most.
FEUILLE: Registry[Callable[[Seance], Ajout | None]] = Registry("ajouts à la feuille de présence")


def ajouts(seance: Seance) -> list[Ajout]:
    """Every block for this séance."""
    return [found for read in FEUILLE if (found := read(seance)) is not None]
