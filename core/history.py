"""What the sheet of a directory says of the past: one line per thing the object took part in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Text, address (empty when the actor may not open it), detail, state, date, all ready to show."""

    label: str
    url: str
    detail: str
    state: str
    date: str
