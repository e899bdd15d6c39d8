"""The budget read for pages and other floors (cahier des charges, presentation sheet): plain data, in French.

Amounts in euros, exact. A fixed number of queries whatever the lines.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.formats import NBSP, format_money_plain, format_number
from engagement.budget.enums import CREDITS_DES_DLA, NatureCharge, Regime
from engagement.budget.models import Budget, LigneCharge, LigneRessource, ScenarioBudget, ValorisationTemps
from engagement.budget.tva import ZERO, TotalTaux, montants, totaux


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


@dataclass(frozen=True, slots=True)
class ScenarioLu:
    """A scenario by its name."""

    pk: int
    nom: str
    commentaire: str
    retenu: bool


@dataclass(frozen=True, slots=True)
class ChargeLue:
    """A cost line. ``montant`` is what counts, in the regime of the budget unless ``mele``; ``saisi`` as typed in
    ``base``; ``ht``, ``tva``, ``ttc`` as far as the rate tells them."""

    pk: int
    nature: str
    nature_code: str
    libelle: str
    phase: str
    quantite: str
    montant: Decimal
    saisi: Decimal = ZERO
    base: str = Regime.TTC
    taux_tva: Decimal | None = None
    ht: Decimal | None = None
    tva: Decimal | None = None
    ttc: Decimal | None = None
    mele: bool = False


@dataclass(frozen=True, slots=True)
class RessourceLue:
    """A funding line; ``compte`` is the amount that counts in the balance, ``dla`` whose credits they are."""

    pk: int
    nature: str
    nature_code: str
    nom: str
    demande: Decimal | None
    obtenu: Decimal | None
    compte: Decimal
    date_decision: dt.date | None
    verse: Decimal | None = None
    dla_id: int | None = None
    dla: str = ""
    base: str = ""
    mele: bool = False


@dataclass(frozen=True, slots=True)
class ValorisationLue:
    """Time valued apart; ``montant`` is ``None`` when a day has no value, ``arrondi`` when it was rounded."""

    pk: int
    acteur: str
    qui: str
    jours: Decimal
    taux_jour: Decimal | None
    montant: Decimal | None
    arrondi: bool
    organisation: str = ""
    dla_id: int | None = None


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((a for a in amounts if a is not None), ZERO)


@dataclass(frozen=True, slots=True)
class BudgetLu:
    """A scenario of the budget (the kept one, unless said). Amounts in euros, ``regime`` « TTC » or « HT »."""

    regime: str = "TTC"
    tva_note: str = ""
    convention: str = ""
    non_superposition: str = ""
    commentaire: str = ""
    confirme_le: dt.datetime | None = None
    confirme_par: str = ""
    version: int = 0
    charges: tuple[ChargeLue, ...] = ()
    ressources: tuple[RessourceLue, ...] = ()
    valorisations: tuple[ValorisationLue, ...] = ()
    balance: Balance = field(default_factory=lambda: Balance(ZERO, ZERO))
    scenario: ScenarioLu | None = None

    @property
    def scenario_nom(self) -> str:
        return self.scenario.nom if self.scenario else ""

    @property
    def retenu(self) -> bool:
        """Is it the kept one? Before anything is written, there is nothing else."""
        return self.scenario is None or self.scenario.retenu

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
        return _sum(r.compte for r in self.ressources if r.nature_code in CREDITS_DES_DLA)

    @property
    def taux(self) -> list[TotalTaux]:
        """HT, TVA and TTC of the charges by rate."""
        return totaux((c.taux_tva, c.ht, c.ttc) for c in self.charges)

    def total(self, name: str) -> Decimal | None:
        """The total ``ht``, ``tva`` or ``ttc`` of the charges, ``None`` when a line does not tell it."""
        amounts = [getattr(c, name) for c in self.charges]
        return None if None in amounts else _sum(amounts)

    def by_nature(self, sorte: str) -> dict[str, Decimal]:
        """code of the nature → what counts, for « charges » or « ressources », in the order of the lists."""
        found: dict[str, Decimal] = {}
        for row in getattr(self, sorte):
            amount = row.montant if sorte == "charges" else row.compte
            found[row.nature_code] = found.get(row.nature_code, ZERO) + amount
        return found


def _quantite(charge: LigneCharge) -> str:
    if charge.quantite is None:
        return ""
    unite = charge.get_unite_display()
    return f"{format_number(charge.quantite)}{NBSP}{unite if charge.quantite >= 2 else unite.rstrip('s')}"


def _charge(c: LigneCharge) -> ChargeLue:
    told = montants(c.montant, c.base, c.taux_tva)
    return ChargeLue(
        c.pk, c.get_nature_display(), c.nature, c.libelle, c.phase, _quantite(c), c.compte, c.montant, c.base,
        c.taux_tva, told.ht, told.tva, told.ttc, c.mele,
    )  # fmt: skip


def _ressource(r: LigneRessource) -> RessourceLue:
    return RessourceLue(
        r.pk, r.get_nature_display(), r.nature, r.nom, r.demande, r.obtenu, r.compte, r.date_decision, r.verse,
        r.dla_id, str(r.dla) if r.dla_id else "", r.base, r.mele,
    )  # fmt: skip


def _valorisation(v: ValorisationTemps) -> ValorisationLue:
    return ValorisationLue(
        v.pk, v.get_acteur_display(), v.qui, v.jours, v.taux_jour, v.montant, v.arrondi, v.organisation, v.dla_id
    )


def _read(page: Budget, scenario: ScenarioBudget | None, lines: dict[str, list[Any]]) -> BudgetLu:
    charges = tuple(_charge(c) for c in lines["charges"])
    ressources = tuple(_ressource(r) for r in lines["ressources"])
    return BudgetLu(
        regime=Regime(page.regime).label,
        tva_note=page.tva_note,
        convention=page.convention,
        non_superposition=page.non_superposition,
        commentaire=page.commentaire,
        confirme_le=page.confirme_le,
        confirme_par=page.confirme_par,
        version=page.version,
        charges=charges,
        ressources=ressources,
        valorisations=tuple(_valorisation(v) for v in lines["valorisations"]),
        balance=Balance(
            _sum(c.montant for c in charges),
            _sum(r.compte for r in ressources),
            sum(c.mele for c in charges) + sum(r.mele for r in ressources),
        ),
        scenario=ScenarioLu(scenario.pk, scenario.nom, scenario.commentaire, scenario.retenu) if scenario else None,
    )


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
    return _read(page, scenario, _lines(scenario=scenario.pk if scenario else 0))


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
    return [_read(page, row, by_scenario[row.pk]) for row in rows]


def realisation_of(ingenierie_id: int, regime: str = "") -> Decimal | None:
    """What the kept scenario plans for external services, HT or TTC (a :class:`Regime`; the budget's by default).

    ``None`` when it cannot be told in that regime (a rate is missing); zero without any. Two queries.
    """
    rows = LigneCharge.objects.filter(ingenierie=ingenierie_id, scenario__retenu=True, nature=NatureCharge.REALISATION)
    if not regime:
        page = Budget.objects.filter(ingenierie=ingenierie_id).first()
        regime = page.regime if page else Regime.TTC
    amounts = [row.montants.selon(regime) for row in rows]
    return None if None in amounts else _sum(amounts)
