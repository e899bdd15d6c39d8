"""What the final report takes from the diffused cahier des charges of the mission: read, never typed again."""

from __future__ import annotations

import re

from missions.conventions.models import Convention

_BULLET = re.compile(r"^\s*(?:[-–—•*·]|\d+[.)])\s+")


def objectifs_of(convention: Convention) -> list[tuple[str, str]]:
    """(heading, text) of the objectives of the mission, as its cahier said them."""
    version = convention.version_cahier
    cahier = version.data if version is not None else {}
    told = (
        ("Objectif général", cahier.get("objectif_general", "")),
        ("Objectifs opérationnels", cahier.get("objectifs_operationnels", "")),
    )
    return [(label, text.strip()) for label, text in told if text.strip()]


def resultats_attendus(convention: Convention) -> list[str]:
    """The expected results of the cahier, one by one: a line each, or the whole text when it has no list."""
    version = convention.version_cahier
    text = version.data.get("resultats_attendus", "") if version is not None else ""
    lines = [line for line in text.splitlines() if line.strip()]
    if not any(_BULLET.match(line) for line in lines):
        return [line.strip() for line in lines]
    found: list[str] = []
    for line in lines:
        if _BULLET.match(line) or not found:
            found.append(_BULLET.sub("", line).strip())
        else:
            found[-1] += f"\n{line.strip()}"
    return found
