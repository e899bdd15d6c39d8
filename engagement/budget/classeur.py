"""The budget as a workbook: the kept scenario, the others, what each DLA puts, the time given."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from core.exports import Sheet, workbook_response
from engagement.budget import cofinancement, summary
from engagement.budget.tva import REGLE

_CHARGES = (
    "Charge", "Scénario", "Nature", "Phase", "Quantité", "Unité", "Montant saisi (€)", "Saisi en", "Taux de TVA (%)",
    "HT (€)", "TVA (€)", "TTC (€)", "Montant compté (€)",
)  # fmt: skip
_RESSOURCES = (
    "Ressource", "Scénario", "Nature", "DLA", "Demandé (€)", "Obtenu (€)", "Versé (€)", "Date de la décision",
    "Montant compté (€)",
)  # fmt: skip
_TEMPS = (
    "Fonction, tâche", "Scénario", "Acteur", "Organisme", "Jours", "Valeur d’un jour (€)", "Valorisation (€)"
)  # fmt: skip
_DLA = (
    "DLA", "Rôle", "Demandé (€)", "Obtenu (€)", "Versé (€)", "Compté (€)", "Part des charges (%)", "Jours valorisés",
    "Valorisation (€)",
)  # fmt: skip


def _name(lu: summary.BudgetLu) -> str:
    return lu.scenario_nom + (" (retenu)" if lu.retenu else "")


def _charges(found: list[summary.BudgetLu]) -> Sheet:
    rows = [
        (
            c.libelle, _name(lu), c.get_nature_display(), c.phase, c.quantite, c.get_unite_display(), c.montant,
            c.get_base_display(), c.taux_tva, c.montants.ht, c.montants.tva, c.montants.ttc, c.compte,
        )
        for lu in found
        for c in lu.charges
    ]  # fmt: skip
    totals = [
        (
            "Total des charges", _name(lu), "", "", None, "", None, lu.regime, None, lu.montants.ht,
            lu.montants.tva, lu.montants.ttc, lu.balance.charges,
        )
        for lu in found
    ]  # fmt: skip
    return Sheet("Charges", _CHARGES, rows, totals)


def _ressources(found: list[summary.BudgetLu]) -> Sheet:
    rows = [
        (
            r.nom, _name(lu), r.get_nature_display(), str(r.dla or ""), r.demande, r.obtenu, r.verse, r.date_decision,
            r.compte,
        )
        for lu in found
        for r in lu.ressources
    ]  # fmt: skip
    totals = [
        (
            "Total des ressources", _name(lu), "", "", lu.total_demande, lu.total_obtenu, lu.total_verse, None,
            lu.balance.ressources,
        )
        for lu in found
    ]  # fmt: skip
    return Sheet("Ressources", _RESSOURCES, rows, totals)


def _temps(found: list[summary.BudgetLu]) -> Sheet:
    rows = [
        (v.qui, _name(lu), v.get_acteur_display(), v.organisation, v.jours, v.taux_jour, v.montant)
        for lu in found
        for v in lu.valorisations
    ]
    totals = [
        ("Total valorisé, à part", _name(lu), "", "", lu.total_jours_valorises, None, lu.total_valorise) for lu in found
    ]
    return Sheet("Temps valorisé", _TEMPS, rows, totals)


def _apports(lu: summary.BudgetLu, dlas: list[Any], pilote_id: int) -> list[Sheet]:
    rows = cofinancement.par_dla(lu, dlas, pilote_id)
    if not rows:
        return []

    def cells(a: cofinancement.Apport) -> tuple[Any, ...]:
        return (a.nom, a.role, a.demande, a.obtenu, a.verse, a.compte, a.part, a.jours, a.valorise)

    return [Sheet("Apports des DLA", _DLA, [cells(a) for a in rows], [cells(cofinancement.total(rows, lu))])]


def _synthese(titre: str, found: list[summary.BudgetLu]) -> Sheet:
    rows: list[tuple[Any, ...]] = [("Ingénierie", titre), ("Montants", found[0].regime if found else "TTC")]
    for lu in found:
        rows += [
            (f"{_name(lu)} : charges", lu.balance.charges),
            (f"{_name(lu)} : ressources", lu.balance.ressources),
            (f"{_name(lu)} : écart", lu.balance.ecart),
            (f"{_name(lu)} : équilibre", lu.balance.phrase),
        ]
    rows.append(("Arrondi de la TVA", REGLE))
    return Sheet("Synthèse", ("Budget d’intervention", "Valeur"), rows)


def budget_workbook(ingenierie: Any, dlas: list[Any]) -> HttpResponse:
    """The whole budget of an ingénierie in XLSX: numbers are numbers, dates dates, totals in bold."""
    found = summary.scenarios_of(ingenierie.pk)
    kept = next((lu for lu in found if lu.retenu), summary.BudgetLu())
    sheets = [_synthese(ingenierie.titre, found), _charges(found), _ressources(found)]
    sheets += _apports(kept, dlas, ingenierie.pilote_id)
    sheets.append(_temps(found))
    return workbook_response(f"Budget {ingenierie.titre}"[:80], sheets)
