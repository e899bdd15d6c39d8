"""The budget as the page shows it: rows formatted once, in Python, from the plain data of :mod:`engagement.summary`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from core.formats import format_date, format_date_short, format_days, format_money_plain, format_number
from engagement.budget import cofinancement, summary
from engagement.budget.enums import NatureCharge, NatureRessource, Regime
from engagement.budget.explications import explain, summary_of
from engagement.budget.tva import REGLE, ZERO

money = format_money_plain
#: (sorte, line, cells) → a row with what edits it.
Row = Callable[..., dict[str, Any]]


def _decision(r: summary.RessourceLue) -> str:
    date = format_date_short(r.date_decision)
    if r.obtenu is None:
        return f"demandée, décision attendue le {date}" if date else "demandée, sans date de décision"
    said = "refusée" if r.obtenu == 0 else "accordée"
    return f"{said} le {date}" if date else f"{said}, sans date de décision"


def _percent(value: Any) -> str:
    return "" if value is None else f"{format_number(value)}\u00a0%"


def _tva_of(c: summary.ChargeLue, regime: str) -> str:
    """« soit 833,33 € HT, TVA 20 % »: the other expression of a charge, or what it lacks."""
    if c.mele:
        return f"saisie en {Regime(c.base).label}, taux de TVA à donner"
    if c.taux_tva is None:
        return ""
    other, label = (c.ht, "HT") if regime == "TTC" else (c.ttc, "TTC")
    return f"soit {money(other)} {label}, TVA {_percent(c.taux_tva)}"


def charges(lu: summary.BudgetLu, row: Row) -> list[dict[str, Any]]:
    return [
        row(
            "charges",
            c,
            nature=c.nature,
            libelle=c.libelle,
            detail=" · ".join(
                filter(None, (f"phase {c.phase}" if c.phase.isdigit() else c.phase, c.quantite, _tva_of(c, lu.regime)))
            ),
            warn=c.mele,
            montant=money(c.montant),
        )
        for c in lu.charges
    ]


def ressources(lu: summary.BudgetLu, row: Row) -> list[dict[str, Any]]:
    return [
        row(
            "ressources",
            r,
            nature=r.nature,
            libelle=r.nom,
            detail=" · ".join(
                filter(
                    None,
                    (
                        r.dla if r.dla and r.dla != r.nom else "",
                        _decision(r),
                        f"dits {Regime(r.base).label}, à convertir" if r.mele else "",
                    ),
                )
            ),
            warn=r.mele,
            demande=money(r.demande),
            obtenu=money(r.obtenu),
            verse=money(r.verse),
        )
        for r in lu.ressources
    ]


def valorisations(lu: summary.BudgetLu, row: Row) -> list[dict[str, Any]]:
    return [
        row(
            "valorisations",
            v,
            nature=" · ".join(filter(None, (v.acteur, v.organisation))),
            libelle=v.qui,
            jours=format_days(v.jours),
            taux=money(v.taux_jour),
            montant=money(v.montant) or "non chiffré",
            arrondi=v.arrondi,
        )
        for v in lu.valorisations
    ]


def tva(lu: summary.BudgetLu) -> dict[str, Any]:
    """HT, TVA and TTC of the charges by rate, the total when every line tells it, the rule."""
    if not lu.charges:
        return {}
    unknown = sum(c.taux_tva is None for c in lu.charges)
    rows = [
        {"taux": _percent(t.taux), "lignes": t.lignes, "ht": money(t.ht), "tva": money(t.tva), "ttc": money(t.ttc)}
        for t in lu.taux
    ]
    total = None
    if rows and not unknown:
        total = {name: money(lu.total(name)) for name in ("ht", "tva", "ttc")}
    return {"rows": rows, "total": total, "unknown": unknown, "rule": REGLE, "mixed": len(rows) > 1}


def natures(lu: summary.BudgetLu) -> dict[str, Any]:
    """What the chart shows, as its table shows it: charges and ressources by kind, charges by phase."""
    found_charges, found_ressources = lu.by_nature("charges"), lu.by_nature("ressources")
    rows_c = [(NatureCharge(code).label, found_charges[code]) for code in NatureCharge.values if code in found_charges]
    rows_r = [
        (NatureRessource(code).label, found_ressources[code])
        for code in NatureRessource.values
        if code in found_ressources
    ]
    phases: dict[str, Any] = {}
    for c in lu.charges:
        name = f"Phase {c.phase}" if c.phase.isdigit() else c.phase or "Sans phase"
        phases[name] = phases.get(name, ZERO) + c.montant
    return {
        "charges": [{"label": label, "montant": money(amount)} for label, amount in rows_c],
        "ressources": [{"label": label, "montant": money(amount)} for label, amount in rows_r],
        "phases": [{"label": k, "montant": money(v)} for k, v in phases.items()] if len(phases) > 1 else [],
        # Numbers for a drawing, as JSON: the exact ones are in the table beside.
        "chart": {
            "bars": ["Charges", "Ressources"],
            "series": [
                *({"label": label, "bar": 0, "value": float(amount)} for label, amount in rows_c),
                *({"label": label, "bar": 1, "value": float(amount)} for label, amount in rows_r),
            ],
        }
        if rows_c or rows_r
        else None,
    }


def apports(lu: summary.BudgetLu, dlas: list[Any], pilote_id: int) -> dict[str, Any]:
    """The co-funding table by DLA, empty when a single one is concerned."""
    rows = cofinancement.par_dla(lu, dlas, pilote_id)
    if not rows:
        return {}

    def shown(a: cofinancement.Apport) -> dict[str, Any]:
        return {
            "nom": a.nom,
            "role": a.role,
            "demande": money(a.demande),
            "obtenu": money(a.obtenu),
            "verse": money(a.verse),
            "compte": money(a.compte),
            "part": _percent(a.part),
            "jours": format_days(a.jours) if a.jours else "",
            "valorise": money(a.valorise) if a.valorise else "",
        }

    return {"rows": [shown(a) for a in rows], "total": shown(cofinancement.total(rows, lu))}


def whole(lu: summary.BudgetLu) -> dict[str, Any]:
    """Balance, its tone, totals, confirmation, what is left to settle."""
    told = explain(lu)
    b = lu.balance
    return {
        "budget": lu,
        "balance": b,
        "tone": "ok" if b.equilibre else ("neutral" if b.vide else "bad"),
        "confirmed": f"Confirmé par {lu.confirme_par} le {format_date(lu.confirme_le)}." if lu.confirme_le else "",
        "total_charges": money(b.charges),
        "total_ressources": money(b.ressources),
        "total_demande": money(lu.total_demande),
        "total_obtenu": money(lu.total_obtenu),
        "total_verse": money(lu.total_verse or None),
        "total_valorise": money(lu.total_valorise),
        "total_jours": format_days(lu.total_jours_valorises),
        "explications": told,
        "explications_resume": summary_of(told),
    }


def scenario_tabs(pk: int, rows: list[summary.BudgetLu], shown: summary.BudgetLu) -> list[dict[str, Any]]:
    """The scenarios by their names and balances; the shown one is current."""
    here = reverse("engagement:budget", args=[pk])
    return [
        {
            "nom": lu.scenario.nom,
            "retenu": lu.scenario.retenu,
            "current": shown.scenario is not None and lu.scenario.pk == shown.scenario.pk,
            "url": here if lu.scenario.retenu else f"{here}?scenario={lu.scenario.pk}",
            "phrase": lu.balance.phrase,
            "ok": lu.balance.equilibre,
        }
        for lu in rows
        if lu.scenario is not None
    ]
