"""What the application knows beside each register of a synthesis: each room tells its facts.

::

    FAITS.register("couts", Faits(Registre.EFFICIENCE, couts), order=40)    # couts(ingenierie) -> list[Fait]

A provider asks as many questions for one structure as for sixty. What is known on both sides with numbers is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from core.registry import Registry
from mobilisation.projet.enums import Registre

T = TypeVar("T")


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


#: What the providers have read in the reading under way; ``None`` outside.
_lu: ContextVar[dict[Any, Any] | None] = ContextVar("lu", default=None)


def une_fois(cle: Hashable, lire: Callable[[], T]) -> T:
    """``lire()``, asked once in one reading of the facts, however many providers need it under ``cle``."""
    known = _lu.get()
    if known is None:
        return lire()
    if cle not in known:
        known[cle] = lire()
    return known[cle]


def faits_de(ingenierie: Any) -> dict[str, list[Fait]]:
    """The facts of the ingénierie by register, in the order of the registry."""
    found: dict[str, list[Fait]] = {code: [] for code in Registre.values}
    reading = _lu.set({})
    try:
        for source in FAITS:
            found[source.registre] += source.lire(ingenierie)
    finally:
        _lu.reset(reading)
    return found
