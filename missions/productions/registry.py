"""What the structures must possess at the end of a mission, beside its productions: rooms above add theirs."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from core.models import Attachment, GeneratedDocument
from core.registry import Registry
from missions.conventions.models import Convention


@dataclass(frozen=True, slots=True)
class Remis:
    """Something handed over at the end: its title, what is said of it, its document or its file (either may not be
    there yet)."""

    titre: str
    detail: str = ""
    document: GeneratedDocument | None = None
    piece: Attachment | None = None


#: ``(convention)`` → what that room gives the structures. Two queries at most.
REMIS: Registry[Callable[[Convention], list[Remis]]] = Registry("ce que les structures reçoivent à la fin")
#: ``(convention)`` → the primary keys of the productions that something frozen lists: they do not change any more.
CITEES: Registry[Callable[[Convention], Collection[int]]] = Registry("productions citées par un texte figé")
