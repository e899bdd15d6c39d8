"""TVA, exact to the cent. Amounts in euros, rates in percent.

The rule, said on the page: each line is rounded to the cent (half a cent goes up), and totals are sums of lines. So
HT + TVA = TTC holds on every line and on every total, whatever the rates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from engagement.budget.enums import Regime

CENT = Decimal("0.01")
ZERO = Decimal("0.00")

#: The rounding rule, in words.
REGLE = (
    "Chaque ligne est arrondie au centime, le demi-centime vers le haut ; les totaux sont la somme des lignes : "
    "HT + TVA = TTC sur chaque ligne comme au total."
)


@dataclass(frozen=True, slots=True)
class Montants:
    """An amount in both expressions. What cannot be told (rate unknown) is ``None``."""

    ht: Decimal | None
    ttc: Decimal | None

    @property
    def tva(self) -> Decimal | None:
        return None if self.ht is None or self.ttc is None else self.ttc - self.ht

    def selon(self, regime: str) -> Decimal | None:
        """The amount HT or TTC (a :class:`Regime`)."""
        return self.ht if regime == Regime.HT else self.ttc


def montants(montant: Decimal, base: str, taux: Decimal | None) -> Montants:
    """Both expressions of ``montant`` typed in ``base``; without a rate only that one is known."""
    if taux is None:
        return Montants(montant, None) if base == Regime.HT else Montants(None, montant)
    if base == Regime.HT:
        return Montants(montant, montant + (montant * taux / 100).quantize(CENT, ROUND_HALF_UP))
    return Montants((montant * 100 / (100 + taux)).quantize(CENT, ROUND_HALF_UP), montant)


@dataclass(frozen=True, slots=True)
class TotalTaux:
    """What comes under one rate: HT, TVA and TTC of its ``lignes`` lines."""

    taux: Decimal
    ht: Decimal
    tva: Decimal
    ttc: Decimal
    lignes: int


def totaux(rows: Iterable[tuple[Decimal | None, Decimal | None, Decimal | None]]) -> list[TotalTaux]:
    """``(taux, ht, ttc)`` of lines → a total per rate, highest first; lines without a rate are left out."""
    found: dict[Decimal, list[tuple[Decimal, Decimal]]] = {}
    for taux, ht, ttc in rows:
        if taux is not None and ht is not None and ttc is not None:
            found.setdefault(taux, []).append((ht, ttc))
    answer = []
    for taux in sorted(found, reverse=True):
        ht, ttc = (sum(column, ZERO) for column in zip(*found[taux], strict=True))
        answer.append(TotalTaux(taux, ht, ttc - ht, ttc, len(found[taux])))
    return answer
