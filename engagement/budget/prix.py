"""The price of the intervention that other parts of the dossier tell: when the budget counts another, both pages say
so, and a budget that counts none is offered it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.formats import format_money_plain
from core.registry import Registry
from engagement.budget.enums import NatureCharge, Regime
from engagement.budget.summary import BudgetLu
from engagement.budget.tva import Montants, montants
from projects.facts import Annotations


@dataclass(frozen=True, slots=True)
class PrixAilleurs:
    """A price told elsewhere (by « la convention CONV-1 »), HT and TTC as far as they are known, its rate, where."""

    nom: str
    montants: Montants
    url: str
    taux: Decimal | None = None


@dataclass(frozen=True)
class PrixProvider:
    """A floor above that tells the price: ``read(values, ingenierie)`` from its ``annotations`` (projects.facts)."""

    read: Callable[[dict[str, Any], Any], PrixAilleurs | None]
    annotations: Annotations | None = None


#: Who tells the price of the intervention, beside the budget.
PRIX: Registry[PrixProvider] = Registry("prix de l’intervention")


def realisation(lu: BudgetLu) -> Decimal | None:
    """What a budget counts for external services, in its own regime; ``None`` when a rate is missing."""
    told = [c.montants.selon(lu.cadre.regime) for c in lu.charges if c.nature == NatureCharge.REALISATION]
    return None if None in told else sum(told, Decimal("0.00"))


def ecarts_de_prix(lu: BudgetLu, values: dict[str, Any], ingenierie: Any) -> Iterator[tuple[str, str]]:
    """(sentence, address) for each part of the dossier that tells another price than the budget counts."""
    counted = realisation(lu)
    for provider in PRIX:
        told = provider.read(values, ingenierie)
        price = told.montants.selon(lu.cadre.regime) if told is not None else None
        if told is not None and price is not None and counted and price != counted:
            yield (
                f"Le budget compte {format_money_plain(counted)} {lu.regime} de prestations extérieures ; {told.nom} "
                f"en fixe le prix à {format_money_plain(price)} {lu.regime}. Accordez-les.",
                told.url,
            )


def charge_proposee(lu: BudgetLu, values: dict[str, Any], ingenierie: Any) -> dict[str, Any]:
    """The line of charge that a budget without any external service is offered; nothing when nobody tells a price."""
    if any(c.nature == NatureCharge.REALISATION for c in lu.charges):
        return {}
    for provider in PRIX:
        told = provider.read(values, ingenierie)
        if told is None:
            continue
        base = lu.cadre.regime if told.montants.selon(lu.cadre.regime) is not None else Regime.TTC
        price = told.montants.selon(base)
        if price is not None:
            known = montants(price, base, told.taux) == told.montants
            return {
                "nature": NatureCharge.REALISATION,
                "libelle": f"Prestataire : {told.nom}",
                "montant": price,
                "base": base,
                "taux_tva": told.taux if known else None,
            }
    return {}
