"""The budget as each comité d'appui saw it: kept when its opinion is recorded, never changed afterwards."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django.db.models import Max

from core import clock
from core.actor import Actor
from core.journal import plain
from engagement.budget import summary
from engagement.budget.models import VersionBudget

SCHEMA = 1


def content_of(lu: summary.BudgetLu) -> dict[str, Any]:
    """The budget as plain data: decimals as text (exact), dates in ISO. Lines keep their id, to be compared later."""
    return {
        "schema": SCHEMA,
        "scenario": lu.scenario_nom,
        "regime": lu.regime,
        "tva_note": lu.tva_note,
        "non_superposition": lu.non_superposition,
        "convention": lu.convention,
        "total_charges": plain(lu.balance.charges),
        "total_ressources": plain(lu.balance.ressources),
        "montants_meles": lu.balance.meles,
        "charges": [
            {
                "id": c.pk,
                "nature": c.nature,
                "libelle": c.libelle,
                "phase": c.phase,
                "quantite": c.quantite,
                "montant": plain(c.montant),
                "taux_tva": plain(c.taux_tva),
                "ht": plain(c.ht),
                "ttc": plain(c.ttc),
            }
            for c in lu.charges
        ],
        "ressources": [
            {
                "id": r.pk,
                "nature": r.nature,
                "libelle": r.nom,
                "demande": plain(r.demande),
                "obtenu": plain(r.obtenu),
                "verse": plain(r.verse),
                "montant": plain(r.compte),
                "date_decision": plain(r.date_decision),
            }
            for r in lu.ressources
        ],
        "valorisations": [
            {
                "id": v.pk,
                "nature": v.acteur,
                "libelle": v.qui,
                "organisation": v.organisation,
                "jours": plain(v.jours),
                "taux_jour": plain(v.taux_jour),
                "montant": plain(v.montant),
            }
            for v in lu.valorisations
        ],
    }


def canonical(content: dict[str, Any]) -> str:
    """Always the same text for the same content: what is hashed."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def keep_version(ingenierie_id: int, *, dla: str, date_avis: dt.date, sens: str, actor: Actor) -> VersionBudget:
    """Keep the budget of today as what the comité d'appui of ``dla`` saw. In the transaction that records its opinion,
    the row of the ingénierie being locked."""
    contenu = canonical(content_of(summary.budget_of(ingenierie_id)))
    last = VersionBudget.objects.filter(ingenierie=ingenierie_id).aggregate(n=Max("numero"))["n"] or 0
    version = VersionBudget(
        ingenierie_id=ingenierie_id,
        numero=last + 1,
        schema=SCHEMA,
        contenu=contenu,
        empreinte=hashlib.sha256(contenu.encode()).hexdigest(),
        dla=dla[:200],
        date_avis=date_avis,
        sens=sens,
        prise_le=clock.now(),
        prise_par=actor.label[:200],
    )
    version.save()
    return version
