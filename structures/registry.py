"""What higher floors give to the directory of structures, in their ``AppConfig.ready()``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from core.actor import Actor
from core.history import HistoryLine
from core.registry import Registry

#: Bulk: ``provider(structures, actor) -> {structure.pk: [HistoryLine, …]}``, newest first.
HistoryProvider = Callable[[Sequence[Any], Actor], Mapping[int, list[HistoryLine]]]
HISTORY: Registry[HistoryProvider] = Registry("historique des structures")


@dataclass(frozen=True, slots=True)
class ReadingRule:
    """Opens structures beyond one's own directory (the structures of a shared ingénierie).

    ``query(actor)`` is a ``Q`` on ``Structure`` or ``None``; ``holds(actor, structure)`` must give the same answer.
    """

    query: Callable[[Actor], Q | None]
    holds: Callable[[Actor, Any], bool]


READING: Registry[ReadingRule] = Registry("lecture des structures")
