"""Facts of the plans of transfer, as SQL annotations of ``Ingenierie``; how gate, tab and démarche read them."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.urls import reverse

from capitalisation.transfert.enums import EtatPlan, Suite
from capitalisation.transfert.models import LigneTransfert
from core.formats import format_date, plural
from projects.evidence import Evidence
from projects.facts import Answer, count_of
from projects.ingenierie.models import Ingenierie


def url(pk: int) -> str:
    return reverse("capitalisation:transfert", args=[pk])


_TEXTS = ("methode", "informations", "contenu", "transferables", "objectifs", "motif_rien")
_SETTLED = Q(fait_le__isnull=False) | ~Q(sans_suite="")


def plan() -> dict[str, Any]:
    """Where the plan stands, what is written of it, its rows."""
    rows = LigneTransfert.objects.all()
    return {
        "capi_etat": F("plan_transfert__state"),
        "capi_suite": F("plan_transfert__suite"),
        "capi_decide": F("plan_transfert__decide_at"),
        "capi_avis_le": F("plan_transfert__avis_le"),
        "capi_lignes": count_of(rows, "plan__ingenierie"),
        "capi_faites": count_of(rows.filter(_SETTLED), "plan__ingenierie"),
        **{f"capi_{name}": F(f"plan_transfert__{name}") for name in _TEXTS},
    }


def badge() -> dict[str, Any]:
    """What the tab says."""
    return {"capi_tab_etat": F("plan_transfert__state"), "capi_tab_suite": F("plan_transfert__suite")}


def told(values: Any) -> str:
    state = values.capi_tab_etat
    if not state:
        return ""
    if state == EtatPlan.DECIDE and values.capi_tab_suite == Suite.RIEN:
        return "rien à transférer"
    return str(EtatPlan(state).label)


def read(values: dict[str, Any], ingenierie: Ingenierie) -> Answer:
    """The condition « La capitalisation est décidée »: the plan is, be it to transfer nothing."""
    state = values["capi_etat"]
    if not state:
        return Answer(False, "plan de transfert pas encore commencé")
    if state == EtatPlan.BROUILLON:
        return Answer(False, "plan de transfert en brouillon")
    day = format_date(values["capi_decide"])
    if values["capi_suite"] == Suite.RIEN:
        return Answer(True, f"rien à transférer, décidé le {day}")
    return Answer(True, f"décidée le {day}, {plural(values['capi_lignes'], 'transfert')}")


def _written(values: dict[str, Any], *names: str) -> list[str]:
    return [name for name in names if (values[f"capi_{name}"] or "").strip()]


def nature_evidence(values: dict[str, Any], ingenierie: Ingenierie) -> Evidence | None:
    labels = {"methode": "méthode", "informations": "secteur et territoire", "contenu": "contenus"}
    found = [labels[name] for name in _written(values, *labels)]
    return Evidence(f"Ce que l’on garde : {', '.join(found)}", url(ingenierie.pk) + "#nature") if found else None


def comite_evidence(values: dict[str, Any], ingenierie: Ingenierie) -> Evidence | None:
    day = values["capi_avis_le"]
    return Evidence(f"Avis du {format_date(day)}", url(ingenierie.pk) + "#comite") if day else None


def transferabilite_evidence(values: dict[str, Any], ingenierie: Ingenierie) -> Evidence | None:
    where = url(ingenierie.pk) + "#decision"
    if values["capi_suite"] == Suite.RIEN and _written(values, "motif_rien"):
        return Evidence("Rien à transférer, avec sa raison", where)
    count = len(_written(values, "transferables", "objectifs"))
    return Evidence(f"{plural(count, 'question répondue', 'questions répondues')} sur 2", where) if count else None


def lignes_evidence(values: dict[str, Any], ingenierie: Ingenierie) -> Evidence | None:
    """Recipients, responsables and modalities: each row says the three."""
    count = values["capi_lignes"]
    if not count:
        return None
    text = f"{plural(count, 'transfert prévu', 'transferts prévus')}"
    if values["capi_faites"]:
        text += f", {values['capi_faites']} réglé{'s' if values['capi_faites'] > 1 else ''}"
    return Evidence(text, url(ingenierie.pk) + "#lignes")


def echeancier_evidence(values: dict[str, Any], ingenierie: Ingenierie) -> Evidence | None:
    """A calendar of the capitalisation: its rows have their dates in the échéancier."""
    count = values["capi_datees"]
    return Evidence(f"{plural(count, 'transfert daté', 'transferts datés')}", url(ingenierie.pk)) if count else None


def dated() -> dict[str, Any]:
    return {"capi_datees": count_of(LigneTransfert.objects.filter(prevu_le__isnull=False), "plan__ingenierie")}
