"""What was really paid for the intervention, told by the missions: the budget shows it, nobody types it twice.

« Versé » is what a funder has paid in, typed on its line; « payé » is what went out to the prestataire, recorded once,
on the payments of the mission.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.formats import format_money_plain
from core.registry import Registry
from projects.facts import Annotations


@dataclass(frozen=True, slots=True)
class Depense:
    """What was paid to whom (« au prestataire »), out of what was agreed, in euros TTC; where it is recorded."""

    nom: str
    paye: Decimal
    convenu: Decimal
    url: str

    @property
    def phrase(self) -> str:
        """« Payé au prestataire : 4 000,00 € sur 12 000,00 € TTC ; il reste 8 000,00 €. »"""
        told = f"Payé {self.nom} : {format_money_plain(self.paye)} sur {format_money_plain(self.convenu)} TTC"
        left = self.convenu - self.paye
        return f"{told} ; il reste {format_money_plain(left)}." if left > 0 else f"{told}."


@dataclass(frozen=True)
class DepenseProvider:
    """A floor above that tells what was paid: ``read(values, ingenierie)`` from its ``annotations``."""

    read: Callable[[dict[str, Any], Any], Depense | None]
    annotations: Annotations | None = None


#: Who tells what was really paid, beside the budget.
DEPENSES: Registry[DepenseProvider] = Registry("dépenses faites")


def depenses(values: dict[str, Any], ingenierie: Any) -> list[Depense]:
    """What was paid, as each part of the dossier tells it."""
    return [told for one in DEPENSES if (told := one.read(values, ingenierie)) is not None]
