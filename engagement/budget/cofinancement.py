"""What each associated DLA puts in an inter-DLA ingénierie (000, fiche pratique 7: « les autres DLA »)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from engagement.budget.enums import CREDITS_DES_DLA
from engagement.budget.summary import BudgetLu
from engagement.budget.tva import ZERO


@dataclass(frozen=True, slots=True)
class Apport:
    """A row of the table: euros asked, obtained, paid, counted; days and value of the time given apart.

    ``part`` is the share of the charges, in percent with one decimal; ``None`` without charges. ``role`` is « pilote »,
    « associé », « plus associé », or empty for what no DLA is named for.
    """

    nom: str
    role: str
    demande: Decimal
    obtenu: Decimal
    verse: Decimal
    compte: Decimal
    part: Decimal | None
    jours: Decimal
    valorise: Decimal


def _share(amount: Decimal, charges: Decimal) -> Decimal | None:
    return (amount * 100 / charges).quantize(Decimal("0.1"), ROUND_HALF_UP) if charges else None


def _row(nom: str, role: str, lu: BudgetLu, ressources: list[Any], temps: list[Any]) -> Apport:
    def total(name: str) -> Decimal:
        return sum((getattr(r, name) or ZERO for r in ressources), ZERO)

    return Apport(
        nom,
        role,
        total("demande"),
        total("obtenu"),
        total("verse"),
        total("compte"),
        _share(total("compte"), lu.balance.charges),
        sum((v.jours for v in temps), Decimal(0)),
        sum((v.montant or ZERO for v in temps), ZERO),
    )


def par_dla(lu: BudgetLu, dlas: Iterable[Any], pilote_id: int) -> list[Apport]:
    """One row per DLA (pilot first), then those that are no longer associated, then the credits no DLA is named for.

    Empty when a single DLA is concerned: there is nothing to share.
    """
    roles = {dla.pk: (str(dla), "pilote" if dla.pk == pilote_id else "associé") for dla in dlas}
    for row in (*lu.ressources, *lu.valorisations):
        if row.dla_id and row.dla_id not in roles:
            roles[row.dla_id] = (str(row.dla), "plus associé")
    if len(roles) < 2:
        return []
    rows = [
        _row(
            name,
            role,
            lu,
            [r for r in lu.ressources if r.dla_id == pk],
            [v for v in lu.valorisations if v.dla_id == pk],
        )
        for pk, (name, role) in roles.items()
    ]
    orphans = [r for r in lu.ressources if r.nature in CREDITS_DES_DLA and not r.dla_id]
    if orphans:
        rows.append(_row("Crédits dont le DLA n’est pas dit", "", lu, orphans, []))
    return rows


def total(rows: list[Apport], lu: BudgetLu) -> Apport:
    """The last row of the table."""

    def summed(name: str) -> Decimal:
        return sum((getattr(row, name) for row in rows), ZERO)

    return Apport(
        "Total", "", summed("demande"), summed("obtenu"), summed("verse"), summed("compte"),
        _share(summed("compte"), lu.balance.charges), summed("jours"), summed("valorise"),
    )  # fmt: skip
