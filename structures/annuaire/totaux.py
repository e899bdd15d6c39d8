"""People and money of several structures, added up: the one place for every table, document and export that shows
some. A total says how many structures it counts: what a sheet does not say is not a zero."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from core.formats import NBSP, format_money_plain, format_number, plural

CENT = Decimal("0.01")
#: field → what it counts: one, several.
MESURES = {
    "salaries": ("salarié", "salariés"),
    "etp": ("ETP", "ETP"),
    "saisonniers": ("emploi saisonnier", "emplois saisonniers"),
    "benevoles": ("bénévole", "bénévoles"),
    "benevoles_actifs": ("bénévole actif", "bénévoles actifs"),
    "budget": ("de budgets annuels", "de budgets annuels"),
}


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of one field: ``somme`` (``None`` when no sheet tells), over ``connues`` structures of ``structures``."""

    champ: str
    somme: int | Decimal | None
    connues: int
    structures: int

    @property
    def nombre(self) -> str:
        """The number alone, for a cell: « 84,5 », « 1 250 000,00 € »."""
        return format_money_plain(self.somme) if self.champ == "budget" else format_number(self.somme)

    @property
    def texte(self) -> str:
        """« 84,5 ETP »; empty when it is not known."""
        if self.somme is None:
            return ""
        one, many = MESURES[self.champ]
        return f"{self.nombre}{NBSP}{many if self.somme >= 2 else one}"

    @property
    def partiel(self) -> str:
        """« 9 structures sur 12 le disent », when some do not."""
        if self.somme is None or self.connues == self.structures:
            return ""
        say = "la seule qui le dise" if self.connues == 1 else f"{format_number(self.connues)} qui le disent"
        return f"{say} sur {plural(self.structures, 'structure')}"


@dataclass(frozen=True, slots=True)
class Totaux:
    """The totals of some structures, by field of :data:`MESURES`."""

    structures: int
    par_champ: dict[str, Total]

    @property
    def connus(self) -> list[Total]:
        return [total for total in self.par_champ.values() if total.somme is not None]

    def __getitem__(self, champ: str) -> Total:
        return self.par_champ[champ]

    @property
    def phrase(self) -> str:
        """« 120 salariés, 84,5 ETP (9 qui le disent sur 12 structures), 640 bénévoles dont 210 bénévoles actifs… »"""
        told: list[str] = []
        for total in self.connus:
            text = total.texte + (f" ({total.partiel})" if total.partiel else "")
            if total.champ == "benevoles_actifs" and self["benevoles"].somme is not None and told:
                told[-1] += f", dont {text}"
            else:
                told.append(text)
        return " ; ".join(told)

    def cells(self, champs: Iterable[str]) -> list[Any]:
        """The sums, as the exports write them."""
        return [self[champ].somme if champ in self.par_champ else None for champ in champs]


def totaux_of(rows: QuerySet, path: str = "") -> Totaux:
    """The totals of the structures of ``rows``; ``path`` leads to the structure (``"structure__"``). One query."""
    asked: dict[str, Any] = {"n": Count("pk")}
    for champ in MESURES:
        asked |= {f"{champ}_somme": Sum(f"{path}{champ}"), f"{champ}_connues": Count(f"{path}{champ}")}
    found = rows.order_by().aggregate(**asked)
    # Databases differ on the trailing zeros of a sum.
    found = {name: value.quantize(CENT) if isinstance(value, Decimal) else value for name, value in found.items()}
    return Totaux(
        found["n"],
        {champ: Total(champ, found[f"{champ}_somme"], found[f"{champ}_connues"], found["n"]) for champ in MESURES},
    )
