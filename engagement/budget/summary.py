"""The budget read for pages and other floors (cahier des charges, presentation sheet): one scenario and its lines.

Amounts in euros, exact. A fixed number of queries whatever the lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices

from core.formats import NBSP, format_money_plain, format_number
from engagement.budget.enums import CREDITS_DES_DLA, NatureCharge, NatureRessource, Regime
from engagement.budget.jours import Jours, jours_of
from engagement.budget.models import Budget, LigneCharge, LigneRessource, ScenarioBudget, ValorisationTemps
from engagement.budget.tva import ZERO, Montants, TotalTaux, totaux


@dataclass(frozen=True, slots=True)
class Balance:
    """Charges against ressources, to the cent. ``ecart`` is ressources less charges.

    ``meles`` amounts are not in the regime of the budget and cannot be converted: nothing balances before they are.
    """

    charges: Decimal
    ressources: Decimal
    meles: int = 0

    @property
    def ecart(self) -> Decimal:
        return self.ressources - self.charges

    @property
    def vide(self) -> bool:
        return not self.charges and not self.ressources

    @property
    def equilibre(self) -> bool:
        """Equal, above zero, and all counted the same way."""
        return self.charges == self.ressources and self.charges > 0 and not self.meles

    @property
    def phrase(self) -> str:
        """The balance said in words: « Il manque 350,00 € de ressources. »"""
        if self.equilibre:
            return f"Le budget est équilibré à {format_money_plain(self.charges)}."
        if self.vide:
            return "Le budget est vide."
        if self.meles:
            verb = "montants restent" if self.meles >= 2 else "montant reste"
            return f"HT et TTC sont mêlés : {format_number(self.meles)}{NBSP}{verb} à convertir."
        if self.ecart < 0:
            return f"Il manque {format_money_plain(-self.ecart)} de ressources."
        return f"Les ressources dépassent les charges de {format_money_plain(self.ecart)}."


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((a for a in amounts if a is not None), ZERO)


def _known(amounts: list[Decimal | None]) -> Decimal | None:
    return None if None in amounts else _sum(amounts)


def _par_nature(lines: Sequence[Any], natures: type[TextChoices]) -> dict[str, Decimal]:
    return {
        label: _sum(line.compte for line in lines if line.nature == code)
        for code, label in natures.choices
        if any(line.nature == code for line in lines)
    }


@dataclass(frozen=True)
class BudgetLu:
    """One scenario of the budget with its lines, as pages, documents and kept versions read it.

    Rows of the database for a budget of today, rows that are nowhere for a version that was kept
    (:func:`engagement.budget.services.versions.read`) or before anything is written.
    """

    cadre: Budget = field(default_factory=lambda: Budget(version=0))
    scenario: ScenarioBudget | None = None
    charges: Sequence[LigneCharge] = ()
    ressources: Sequence[LigneRessource] = ()
    valorisations: Sequence[ValorisationTemps] = ()

    @property
    def regime(self) -> str:
        """« TTC » or « HT »."""
        return Regime(self.cadre.regime).label

    @property
    def scenario_nom(self) -> str:
        return self.scenario.nom if self.scenario else ""

    @property
    def retenu(self) -> bool:
        """Is it the kept one? Before anything is written, there is nothing else."""
        return self.scenario is None or self.scenario.retenu

    @property
    def balance(self) -> Balance:
        return Balance(
            _sum(c.compte for c in self.charges),
            _sum(r.compte for r in self.ressources),
            sum(line.mele for line in (*self.charges, *self.ressources)),
        )

    @property
    def jours(self) -> Jours:
        """The days of intervention that the charges pay."""
        return jours_of(self.charges)

    @property
    def total_demande(self) -> Decimal:
        return _sum(r.demande for r in self.ressources)

    @property
    def total_obtenu(self) -> Decimal:
        return _sum(r.obtenu for r in self.ressources)

    @property
    def total_verse(self) -> Decimal:
        return _sum(r.verse for r in self.ressources)

    @property
    def total_valorise(self) -> Decimal:
        return _sum(v.montant for v in self.valorisations)

    @property
    def total_jours_valorises(self) -> Decimal:
        return _sum(v.jours for v in self.valorisations)

    @property
    def credits_dla(self) -> Decimal:
        """What the DLA pay of it, own and other DLA's credits."""
        return _sum(r.compte for r in self.ressources if r.nature in CREDITS_DES_DLA)

    @property
    def montants(self) -> Montants:
        """HT, TVA and TTC of the charges, as far as every line tells them."""
        told = [c.montants for c in self.charges]
        return Montants(_known([m.ht for m in told]), _known([m.ttc for m in told]))

    @property
    def taux(self) -> list[TotalTaux]:
        """HT, TVA and TTC of the charges by rate."""
        return totaux((c.taux_tva, c.montants.ht, c.montants.ttc) for c in self.charges)

    @property
    def sans_taux(self) -> int:
        """How many charges do not say their rate."""
        return sum(c.taux_tva is None for c in self.charges)

    @property
    def charges_par_nature(self) -> dict[str, Decimal]:
        """Label of the nature → what counts, in the order of the list."""
        return _par_nature(self.charges, NatureCharge)

    @property
    def ressources_par_nature(self) -> dict[str, Decimal]:
        """The same for ressources."""
        return _par_nature(self.ressources, NatureRessource)

    @property
    def charges_par_phase(self) -> dict[str, Decimal]:
        """« Phase 2 » → what counts, in the order of the lines."""
        found: dict[str, Decimal] = {}
        for c in self.charges:
            name = f"Phase {c.phase}" if c.phase.isdigit() else c.phase or "Sans phase"
            found[name] = found.get(name, ZERO) + c.compte
        return found


def _lines(**filters: Any) -> dict[str, list[Any]]:
    return {
        "charges": list(LigneCharge.objects.filter(**filters)),
        "ressources": list(LigneRessource.objects.filter(**filters).select_related("partenaire__partenaire", "dla")),
        "valorisations": list(ValorisationTemps.objects.filter(**filters).select_related("dla")),
    }


def budget_of(ingenierie_id: int, scenario_id: int | None = None) -> BudgetLu:
    """The kept scenario (or another of this ingénierie) with its lines and balance; empty (version 0) before anything
    is written. Five queries."""
    page = Budget.objects.filter(ingenierie=ingenierie_id).first() or Budget(version=0)
    rows = ScenarioBudget.objects.filter(ingenierie=ingenierie_id)
    scenario = (rows.filter(retenu=True) if scenario_id is None else rows.filter(pk=scenario_id)).first()
    # Asked even when there is none: a page costs the same before and after the first line.
    return BudgetLu(page, scenario, **_lines(scenario=scenario.pk if scenario else 0))


def scenarios_of(ingenierie_id: int) -> list[BudgetLu]:
    """Every scenario with its lines and balance, in order. Four queries."""
    # The budget comes with its scenarios: whatever writes the one writes the other.
    rows = list(ScenarioBudget.objects.filter(ingenierie=ingenierie_id).select_related("ingenierie__budget"))
    page = rows[0].ingenierie.budget if rows else Budget(version=0)
    by_scenario: dict[int, dict[str, list[Any]]] = {
        row.pk: {"charges": [], "ressources": [], "valorisations": []} for row in rows
    }
    for sorte, lines in _lines(ingenierie=ingenierie_id).items():
        for line in lines:
            by_scenario[line.scenario_id][sorte].append(line)
    return [BudgetLu(page, row, **by_scenario[row.pk]) for row in rows]


def realisation_of(ingenierie_id: int, regime: str = "") -> Decimal | None:
    """What the kept scenario plans for external services, HT or TTC (a :class:`Regime`; the budget's by default).

    ``None`` when it cannot be told in that regime (a rate is missing); zero without any. Two queries.
    """
    rows = LigneCharge.objects.filter(ingenierie=ingenierie_id, scenario__retenu=True, nature=NatureCharge.REALISATION)
    if not regime:
        page = Budget.objects.filter(ingenierie=ingenierie_id).first()
        regime = page.regime if page else Regime.TTC
    return _known([row.montants.selon(regime) for row in rows])
