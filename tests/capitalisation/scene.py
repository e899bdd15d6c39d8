"""A dossier whose capitalisation is written, as tests and samples of documents need it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from capitalisation.consentements import services as consents
from capitalisation.consentements.models import Consentement
from capitalisation.transfert.models import LigneTransfert, PlanTransfert
from capitalisation.transfert.services import plan as services
from core.actor import Actor
from projects.ingenierie.models import Ingenierie

SYSTEM = Actor.system("recette")
TEXTES = {
    "methode": "Une séance commune, puis une demi-journée dans chaque structure.",
    "contenu": "- les supports\n- le lexique",
    "suite": "transferer",
    "transferables": "La méthode et les supports.",
    "objectifs": "Faire gagner du temps à un autre DLA.",
}
LIGNE: dict[str, Any] = {
    "quoi": "Le guide des séances",
    "nature": "contenu",
    "destinataire": "structures",
    "responsable": "intervenants",
    "forme": "guide",
    "ton": "convivial",
    "prevu_le": dt.date(2026, 12, 15),
}
ORAL = {"le": dt.date(2026, 11, 20), "moyen": "reunion", "dit_par": "La présidente", "note": ""}


def fresh(plan: PlanTransfert) -> PlanTransfert:
    """The same, as the database has it."""
    return PlanTransfert.objects.select_related("ingenierie__pilote__region").get(pk=plan.pk)


def written(ingenierie: Ingenierie) -> PlanTransfert:
    """Everything is said, with one row: it may be decided."""
    plan = services.write(services.begin(ingenierie, actor=SYSTEM), TEXTES, actor=SYSTEM)
    services.add_ligne(plan, LIGNE, actor=SYSTEM)
    return fresh(plan)


def moved(plan: PlanTransfert, action: str, actor: Actor = SYSTEM, reason: str = "") -> PlanTransfert:
    found = fresh(plan)
    return fresh(services.perform_action(found, action, actor=actor, expected_state=found.state, reason=reason))


def decided(ingenierie: Ingenierie) -> PlanTransfert:
    return moved(written(ingenierie), "decider")


def row_of(plan: PlanTransfert) -> LigneTransfert:
    found = LigneTransfert.objects.select_related("plan__ingenierie__pilote").get(plan=plan)
    return found


def consent(structure, **values: Any) -> Consentement:
    """A consent in the list, to be asked."""
    told = {"structure": structure, "email": "elle@example.org", **values}
    return read(consents.add(structure.ingenierie, told, actor=SYSTEM))


def read(row: Consentement) -> Consentement:
    found = Consentement.objects.select_related("structure__structure", "structure__ingenierie__pilote")
    return found.get(pk=row.pk)


def of_rights(dossier: Ingenierie, ciblee) -> dict[str, Any]:
    """What the table of rights needs of one dossier."""
    plan = written(dossier)
    return {"transfert": plan, "transfert_ligne": row_of(plan), "consentement": consent(ciblee)}
