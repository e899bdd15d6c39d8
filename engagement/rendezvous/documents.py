"""What the printed sheets of a meeting and of a séance share."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from engagement.rendezvous.enums import Presence

_COUNTED = (
    (Presence.PRESENT, "présent", "présents"),
    (Presence.EN_PARTIE, "présent en partie", "présents en partie"),
    (Presence.EXCUSE, "excusé", "excusés"),
    (Presence.ABSENT, "absent", "absents"),
    (Presence.A_NOTER, "à noter", "à noter"),
)
#: Empty lines at the foot of a blank sheet, for who comes without having been expected.
UNEXPECTED = 4


def told_counts(rows: Collection[Any]) -> str:
    """« 5 présents, 1 excusé, 2 absents »; what is not noted yet is said too."""
    told = []
    for presence, one, many in _COUNTED:
        number = sum(1 for row in rows if row.presence == presence)
        if number:
            told.append(f"{number} {one if number == 1 else many}")
    return ", ".join(told)
