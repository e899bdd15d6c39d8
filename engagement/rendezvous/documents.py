"""What the printed sheets of a meeting and of a séance share."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

#: Empty lines at the foot of a blank sheet, for who comes without having been expected.
UNEXPECTED = 4


def told_counts(rows: Collection[Any], wordings: Iterable[tuple[str, str, str]]) -> str:
    """« 5 présents, 1 excusé, 2 absents », in the order of ``wordings``: (presence, one, several)."""
    told = []
    for presence, one, many in wordings:
        number = sum(1 for row in rows if row.presence == presence)
        if number:
            told.append(f"{number} {one if number == 1 else many}")
    return ", ".join(told)
