"""The budget as each comité d'appui saw it: kept when its opinion is recorded, never changed afterwards."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Max, Model

from core.actor import Actor
from core.canonical import canonical
from core.journal import plain
from engagement.budget.models import (
    Budget,
    LigneCharge,
    LigneRessource,
    ScenarioBudget,
    ValorisationTemps,
    VersionBudget,
)
from engagement.budget.summary import BudgetLu, budget_of

SCHEMA = 1
#: What is kept of a budget, and of each kind of line beside its number.
CADRE = ("regime", "tva_note", "non_superposition", "convention", "commentaire")
LIGNES: dict[str, tuple[type[Model], tuple[str, ...]]] = {
    "charges": (
        LigneCharge,
        (
            "nature",
            "libelle",
            "phase",
            "quantite",
            "unite",
            "prix_unitaire",
            "montant",
            "base",
            "taux_tva",
            "compte",
            "mele",
        ),
    ),
    "ressources": (
        LigneRessource,
        ("nature", "financeur", "part", "demande", "obtenu", "verse", "date_decision", "base", "mele"),
    ),
    "valorisations": (ValorisationTemps, ("acteur", "qui", "organisme", "jours", "taux_jour")),
}
#: What names another row is kept in words: it may be renamed, or go.
IN_WORDS = {"financeur": "nom", "organisme": "organisation"}


def content_of(lu: BudgetLu) -> dict[str, Any]:
    """The budget as plain data: decimals as text (exact), dates in ISO, choices by their codes. Lines keep their id,
    to be compared later. :func:`read` is the way back."""
    content = {"schema": SCHEMA, "scenario": lu.scenario_nom}
    content |= {name: getattr(lu.cadre, name) for name in CADRE}
    for sorte, (_, names) in LIGNES.items():
        content[sorte] = [
            {"id": line.pk, **{name: plain(getattr(line, IN_WORDS.get(name, name))) for name in names}}
            for line in getattr(lu, sorte)
        ]
    return content


def read(content: dict[str, Any]) -> BudgetLu:
    """The budget that :func:`content_of` told: the same shape, its rows being nowhere in the database."""
    lines = {
        sorte: [
            model(
                pk=row["id"],
                **{name: model._meta.get_field(name).to_python(row[name]) for name in names if name in row},
            )
            for row in content[sorte]
        ]
        for sorte, (model, names) in LIGNES.items()
    }
    cadre = Budget(**{name: content[name] for name in CADRE})
    return BudgetLu(cadre, ScenarioBudget(nom=content["scenario"], retenu=True), **lines)


def keep_version(ingenierie_id: int, *, dla: str, date_avis: dt.date, sens: str, actor: Actor) -> VersionBudget:
    """Keep the budget of today as what the comité d'appui of ``dla`` saw. In the transaction that records its opinion,
    the row of the ingénierie being locked."""
    last = VersionBudget.objects.filter(ingenierie=ingenierie_id).aggregate(n=Max("numero"))["n"] or 0
    version = VersionBudget(
        ingenierie_id=ingenierie_id,
        numero=last + 1,
        contenu=canonical(content_of(budget_of(ingenierie_id))),
        dla=dla[:200],
        date_avis=date_avis,
        sens=sens,
        par=actor.label[:200],
    )
    version.save()
    return version
