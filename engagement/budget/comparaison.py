"""What changed between two contents of a budget (:func:`engagement.budget.services.versions.content_of`), in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.formats import format_date, format_money_plain, format_number

_SORTES = {"charges": "Charge", "ressources": "Ressource", "valorisations": "Temps valorisé"}
_MONEY = {"montant", "demande", "obtenu", "verse", "taux_jour"}
#: field → how it is called; what is only derived from others is left out.
_FIELDS = {
    "libelle": "intitulé",
    "nature": "nature",
    "phase": "phase",
    "quantite": "quantité",
    "taux_tva": "taux de TVA",
    "demande": "demandé",
    "obtenu": "obtenu",
    "verse": "versé",
    "date_decision": "date de la décision",
    "organisation": "organisme",
    "jours": "jours",
    "taux_jour": "valeur d’un jour",
    "montant": "montant",
}
_WHOLE = {
    "scenario": "Scénario retenu",
    "regime": "Montants",
    "tva_note": "Précision sur la TVA",
    "non_superposition": "Vérification de l’absence de double financement",
    "convention": "Précisions sur les conventions",
}


@dataclass(frozen=True, slots=True)
class Ecart:
    """One thing that changed: « Ressource ajoutée », its label, and what of it changed."""

    titre: str
    libelle: str
    details: list[str] = field(default_factory=list)


def _said(name: str, value: Any) -> str:
    if value in (None, ""):
        return "rien"
    if name in _MONEY:
        return format_money_plain(Decimal(value))
    if name in ("jours", "taux_tva"):
        return format_number(Decimal(value)) + (" %" if name == "taux_tva" else "")
    if name == "date_decision":
        return format_date(dt.date.fromisoformat(value))
    return str(value)


def _details(before: dict[str, Any], after: dict[str, Any], sorte: str) -> list[str]:
    # A ressource tells what was asked, obtained, paid: what counts follows from them.
    told = [n for n in _FIELDS if n in after and not (sorte == "ressources" and n == "montant")]
    return [
        f"{_FIELDS[name]} : {_said(name, before.get(name))} → {_said(name, after.get(name))}"
        for name in told
        if before.get(name) != after.get(name)
    ]


def _pairs(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> tuple[list[tuple[dict[str, Any], dict[str, Any]]], list[dict[str, Any]], list[dict[str, Any]]]:
    """(kept pairs, gone, new): by identity, then by nature and label (another scenario was kept since)."""
    by_id = {row["id"]: row for row in before}
    pairs, unmatched = [], []
    for row in after:
        was = by_id.pop(row["id"], None)
        if was is None:
            unmatched.append(row)
        else:
            pairs.append((was, row))
    left = list(by_id.values())
    new = []
    for row in unmatched:
        twin = next((w for w in left if (w["nature"], w["libelle"]) == (row["nature"], row["libelle"])), None)
        if twin is None:
            new.append(row)
        else:
            left.remove(twin)
            pairs.append((twin, row))
    return pairs, left, new


def _amount(row: dict[str, Any], sorte: str) -> list[str]:
    if sorte == "valorisations":
        return [f"{_said('jours', row['jours'])} j"]
    return [_said("montant", row["montant"])]


def compare(before: dict[str, Any], after: dict[str, Any]) -> list[Ecart]:
    """What changed from ``before`` to ``after``: the whole, then charges, ressources, valued time. Empty: nothing."""
    told = [
        Ecart(label, "", [f"{_said(name, before.get(name))} → {_said(name, after.get(name))}"])
        for name, label in _WHOLE.items()
        if before.get(name) != after.get(name)
    ]
    for sorte, word in _SORTES.items():
        feminine = "" if sorte == "valorisations" else "e"
        pairs, gone, new = _pairs(before[sorte], after[sorte])
        for was, now in pairs:
            details = _details(was, now, sorte)
            if details:
                told.append(Ecart(f"{word} modifié{feminine}", now["libelle"], details))
        told += [Ecart(f"{word} ajouté{feminine}", row["libelle"], _amount(row, sorte)) for row in new]
        told += [Ecart(f"{word} retiré{feminine}", row["libelle"], _amount(row, sorte)) for row in gone]
    return told
