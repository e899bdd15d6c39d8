"""The rooms of a mission: each adds its page for the team and, where it has one, for the prestataire."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from core.registry import Registry
from missions.conventions.models import Convention


@dataclass(frozen=True)
class SalleMission:
    """One room of a mission: its label, its route for the team (takes the pks of the ingénierie and of the
    convention), its route for the prestataire (takes the pk of the convention; ``""``: none).

    ``resume(convention)`` says in one line where the room stands, on the page of the mission; ``""`` when there is
    nothing to say. Two queries at most.
    """

    label: str
    route: str
    espace_route: str = ""
    resume: Callable[[Convention], str] = lambda convention: ""


@dataclass(frozen=True)
class EtatMission:
    """What a room says of the missions of an ingénierie, in the stepper: annotations of ``Ingenierie`` that join the
    query of the page, and a few characters read from them (as attributes), or ``""``."""

    annotations: Callable[[], Mapping[str, Any]]
    badge: Callable[[Any], str]


#: The first that says something is shown.
ETATS: Registry[EtatMission] = Registry("état des missions d’une ingénierie")

#: ``(pks of conventions)`` → what waits for the prestataire, by convention, in one sentence. One query each.
ATTENDUS: Registry[Callable[[Collection[int]], Mapping[int, str]]] = Registry("ce qu’une mission attend du prestataire")

SALLES: Registry[SalleMission] = Registry("salles d’une mission")
