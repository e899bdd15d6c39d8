"""What higher floors give to the directory of partners, in their ``AppConfig.ready()``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.actor import Actor
from core.history import HistoryLine
from core.registry import Registry

#: Bulk: ``provider(partenaires, actor) -> {partenaire.pk: [HistoryLine, …]}``, newest first.
HistoryProvider = Callable[[Sequence[Any], Actor], Mapping[int, list[HistoryLine]]]
HISTORY: Registry[HistoryProvider] = Registry("historique des partenaires")
