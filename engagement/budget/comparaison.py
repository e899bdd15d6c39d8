"""What changed between two budgets (one of them often read back from a kept version), in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.formats import format_date, format_money_plain, format_number, format_percent
from engagement.budget.models import LigneCharge, LigneRessource, ValorisationTemps
from engagement.budget.summary import BudgetLu

money = format_money_plain


@dataclass(frozen=True, slots=True)
class Ecart:
    """One thing that changed: « Ressource ajoutée », its label, and what of it changed."""

    titre: str
    libelle: str
    details: list[str] = field(default_factory=list)


def _whole(lu: BudgetLu) -> dict[str, str]:
    return {
        "Scénario retenu": lu.scenario_nom,
        "Montants": lu.regime,
        "Précision sur la TVA": lu.cadre.tva_note,
        "Vérification de l’absence de double financement": lu.cadre.non_superposition,
        "Précisions sur les conventions": lu.cadre.convention,
    }


def _charge(c: LigneCharge) -> dict[str, str]:
    return {
        "intitulé": c.libelle,
        "nature": c.get_nature_display(),
        "phase": c.phase,
        "quantité": c.calcul_dit,
        "taux de TVA": format_percent(c.taux_tva),
        "montant": money(c.compte),
    }


def _ressource(r: LigneRessource) -> dict[str, str]:
    return {
        "intitulé": r.nom,
        "nature": r.get_nature_display(),
        "part": r.get_part_display() if r.part else "",
        "demandé": money(r.demande),
        "obtenu": money(r.obtenu),
        "versé": money(r.verse),
        "date de la décision": format_date(r.date_decision),
    }


def _valorisation(v: ValorisationTemps) -> dict[str, str]:
    return {
        "intitulé": v.qui,
        "nature": v.get_acteur_display(),
        "organisme": v.organisation,
        "jours": format_number(v.jours),
        "valeur d’un jour": money(v.taux_jour),
        "montant": money(v.montant),
    }


#: Kind of lines → how one is called, how it is told field by field, what is said of one that came or went.
_SORTES = {
    "charges": ("Charge", "e", _charge, lambda c: money(c.compte)),
    "ressources": ("Ressource", "e", _ressource, lambda r: money(r.compte)),
    "valorisations": ("Temps valorisé", "", _valorisation, lambda v: f"{format_number(v.jours)} j"),
}


def _changes(before: dict[str, str], after: dict[str, str]) -> list[tuple[str, str]]:
    differs = (name for name in after if before[name] != after[name])
    return [(name, f"{before[name] or 'rien'} → {after[name] or 'rien'}") for name in differs]


def _pairs(before: Any, after: Any, told: Any) -> tuple[list[tuple[Any, Any]], list[Any], list[Any]]:
    """(kept pairs, gone, new): by identity, then by nature and label (another scenario was kept since)."""

    def same_as(line: Any) -> tuple[str, str]:
        words = told(line)
        return words["nature"], words["intitulé"]

    then, now = {line.pk: line for line in before}, {line.pk for line in after}
    pairs = [(then[line.pk], line) for line in after if line.pk in then]
    gone, new = [line for line in before if line.pk not in now], []
    for line in after:
        if line.pk in then:
            continue
        twin = next((other for other in gone if same_as(other) == same_as(line)), None)
        if twin is None:
            new.append(line)
        else:
            gone.remove(twin)
            pairs.append((twin, line))
    return pairs, gone, new


def compare(before: BudgetLu, after: BudgetLu) -> list[Ecart]:
    """What changed from ``before`` to ``after``: the whole, then charges, ressources, valued time. Empty: nothing."""
    found = [Ecart(name, "", [words]) for name, words in _changes(_whole(before), _whole(after))]
    for sorte, (word, feminine, told, amount) in _SORTES.items():
        pairs, gone, new = _pairs(getattr(before, sorte), getattr(after, sorte), told)
        for was, now in pairs:
            details = [f"{name} : {words}" for name, words in _changes(told(was), told(now))]
            if details:
                found.append(Ecart(f"{word} modifié{feminine}", told(now)["intitulé"], details))
        found += [Ecart(f"{word} ajouté{feminine}", told(line)["intitulé"], [amount(line)]) for line in new]
        found += [Ecart(f"{word} retiré{feminine}", told(line)["intitulé"], [amount(line)]) for line in gone]
    return found
