"""The grid of 002 as data (``grille.yaml``): its families, their criteria, what they become for several structures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from consultations.lecture.enums import Fait, Famille

_FILE = Path(__file__).with_name("grille.yaml")


@dataclass(frozen=True, slots=True)
class CritereModele:
    """One criterion: ``dont`` are the points it holds, ``fait`` what the application answers by itself."""

    intitule: str
    dont: tuple[str, ...] = ()
    fait: str = ""


@dataclass(frozen=True, slots=True)
class FamilleModele:
    """One family and its criteria, in their order."""

    code: Famille
    criteres: tuple[CritereModele, ...]


@lru_cache(maxsize=2)
def modele(*, individuelle: bool) -> tuple[FamilleModele, ...]:
    """The grid of an ingénierie individuelle (002), or that of a collective one (with the four criteria of 000)."""
    found = []
    for family in yaml.safe_load(_FILE.read_text("utf-8")):
        if individuelle and family.get("seulement") == "collective":
            continue
        rows = [
            CritereModele(
                row["intitule"] if individuelle else row.get("collective", row["intitule"]),
                tuple(row.get("dont", ())),
                Fait(row["fait"]).value if "fait" in row else "",
            )
            for row in family.get("criteres", ())
        ]
        found.append(FamilleModele(Famille(family["code"]), tuple(rows)))
    return tuple(found)
