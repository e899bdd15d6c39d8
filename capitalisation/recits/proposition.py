"""What the dossier says already for a rubrique."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Proposition:
    """A value in the shape of its rubrique; ``source_detail`` says from which room, ``url`` leads to it; ``note`` keeps
    figures that conflict, as each is told."""

    valeur: Any
    source_detail: str
    url: str = ""
    note: str = ""
