"""What the rooms above add to the capitalisation: their pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.registry import Registry

if TYPE_CHECKING:
    from projects.ingenierie.models import Ingenierie


@dataclass(frozen=True)
class SalleCapitalisation:
    """One room of the capitalisation: its label, its route (takes the pk of the ingénierie).

    ``resume(ingenierie)`` says in one line where it stands, ``""`` when there is nothing to say (two queries at most).
    """

    label: str
    route: str
    resume: Callable[[Ingenierie], str] = lambda ingenierie: ""


SALLES_CAPITALISATION: Registry[SalleCapitalisation] = Registry("salles de la capitalisation")
