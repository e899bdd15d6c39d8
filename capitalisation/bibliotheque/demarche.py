"""The actions of the démarche where a resource helps: those of both cycles, in their newest version."""

from __future__ import annotations

from collections.abc import Iterable

from projects.enums import Cycle
from projects.methodologie import methodology
from projects.methodologie.methodology import Methodology


def _cycles() -> list[Methodology]:
    found = []
    for cycle in Cycle.values:
        try:
            found.append(methodology.get(methodology.current_id(cycle)))
        except LookupError:  # not loaded yet: there is nothing to choose among
            continue
    return found


def groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """(step and phase, its actions as (code, label)): an action of both cycles is there once."""
    told: list[tuple[str, list[tuple[str, str]]]] = []
    seen: set[str] = set()
    for cycle in _cycles():
        for step in cycle.steps:
            for phase in step.phases:
                rows = [(action.code, action.label) for action in phase.actions if action.code not in seen]
                seen.update(code for code, _ in rows)
                if rows:
                    told.append((f"{step.label} · {phase.label}", rows))
    return told


def known_codes() -> list[str]:
    """Every code, in the order of the démarche."""
    return [code for _, rows in groups() for code, _ in rows]


def labels(codes: Iterable[str]) -> list[tuple[str, str]]:
    """(step and phase, label) of these actions, in their order; a code that is no more is left out."""
    wanted = set(codes)
    return [(title, label) for title, rows in groups() for code, label in rows if code in wanted]
