"""What the application knows beside each register of a synthesis: each room tells its facts.

::

    FAITS.register("couts", Faits(Registre.EFFICIENCE, couts), order=40)    # couts(ingenierie) -> list[Fait]

A provider asks as many questions for one structure as for sixty. What is known on both sides with numbers is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.registry import Registry
from mobilisation.projet.enums import Registre


@dataclass(frozen=True, slots=True)
class Fait:
    """One fact: what was planned, what was done, in words; ``source_url`` is where it is read.

    ``nombres`` are the same as numbers (``None``: not known), in ``unite`` (« € », « jour », « structure »…): they make
    a bar of the chart ``graphique`` (its title; ``""``: none). ``argent``: an amount, not read by everybody.
    """

    libelle: str
    prevu: str = ""
    realise: str = ""
    source_url: str = ""
    argent: bool = False
    nombres: tuple[Decimal | None, Decimal | None] = (None, None)
    unite: str = ""
    graphique: str = ""


@dataclass(frozen=True)
class Faits:
    """What one room knows for one register: ``lire(ingenierie)``."""

    registre: Registre
    lire: Callable[[Any], list[Fait]]


FAITS: Registry[Faits] = Registry("faits de la synthèse")


def faits_de(ingenierie: Any) -> dict[str, list[Fait]]:
    """The facts of the ingénierie by register, in the order of the registry."""
    found: dict[str, list[Fait]] = {code: [] for code in Registre.values}
    for source in FAITS:
        found[source.registre] += source.lire(ingenierie)
    return found
