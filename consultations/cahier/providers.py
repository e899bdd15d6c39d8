"""What the cahier des charges answers to the cycle: tab, condition of the gate, evidence, rights over its files."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse

from consultations.cahier import dashboard, documents, echeances, liens, papiers, permissions
from consultations.cahier.enums import EtatCahier
from consultations.cahier.models import CahierDesCharges, VersionDiffusee
from core.models import Attachment
from core.uploads import ATTACHMENT_RIGHTS, KEPT_FOR_GOOD, AttachmentRights
from engagement.budget.jours import JOURS, JoursAilleurs, JoursProvider
from projects import facts
from projects.cycle.gates import CONDITIONS, ConditionProvider
from projects.enums import Etat
from projects.evidence import EVIDENCE, Evidence, EvidenceProvider
from projects.facts import Answer
from projects.papiers import PAPERS
from projects.tabs import TABS, Tab


def _url(pk: int) -> str:
    return reverse("consultations:cahier", args=[pk])


def _cahier() -> dict[str, Any]:
    rows = CahierDesCharges.objects.order_by()
    return {"cdc_state": facts.first_of(rows, "state"), "cdc_numero": facts.first_of(rows, "numero")}


def _told(state: str | None, numero: int | None) -> str:
    """« brouillon », « validé », « diffusé », « diffusé, version 2 »."""
    if not state:
        return ""
    label = EtatCahier(state).label
    return f"{label}, version {numero}" if numero and numero > 1 else label


def _read(values, ingenierie) -> Answer:
    state, numero = values["cdc_state"], values["cdc_numero"]
    return Answer(state == EtatCahier.DIFFUSE, _told(state, numero) or "pas encore commencé")


def _evidence(values, ingenierie) -> Evidence | None:
    state = values["cdc_state"]
    if not state:
        return None
    return Evidence(f"Cahier des charges : {_told(state, values['cdc_numero'])}", _url(ingenierie.pk))


def _jours() -> dict[str, Any]:
    rows = CahierDesCharges.objects.order_by()
    return {f"cdc_jours_{name}": facts.first_of(rows, f"jours_{name}") for name in ("min", "max")}


def _read_jours(values, ingenierie) -> JoursAilleurs | None:
    least, most = values["cdc_jours_min"], values["cdc_jours_max"]
    if not most:
        return None
    return JoursAilleurs("le cahier des charges", least or most, most, _url(ingenierie.pk))


def _annexes_of_versions(ids: Collection[int]) -> set[int]:
    """Those of the attachments ``ids`` that a diffused version names among its annexes: they stay for good."""
    owners = Attachment.objects.filter(pk__in=ids, object_type="consultations.cahierdescharges")
    versions = VersionDiffusee.objects.filter(cahier__in=owners.values("object_id"))
    named = {annexe["piece"] for version in versions for annexe in version.data["annexes"]}
    return named & set(ids)


def register() -> None:
    """Fill the registries; called once by ``ConsultationsConfig.ready``."""
    documents.register()
    JOURS.register("cahier_des_charges", JoursProvider(_read_jours, _jours))
    KEPT_FOR_GOOD.register("annexes des versions diffusées", _annexes_of_versions)
    TABS.register(
        "cahier_des_charges",
        Tab(
            "Cahier des charges",
            "consultations:cahier",
            _cahier,
            lambda i: EtatCahier(i.cdc_state).label if i.cdc_state else "",
            step=Etat.CONFIRMER,
        ),
        order=70,
    )
    CONDITIONS.register("cahier_des_charges", ConditionProvider(_read, _url, "Ouvrir le cahier des charges", _cahier))
    EVIDENCE.register("confirmer.modalites.cahier", EvidenceProvider(_evidence, _cahier))
    ATTACHMENT_RIGHTS.register(
        "consultations.cahierdescharges",
        AttachmentRights(
            can_view=permissions.viewable,
            can_edit=permissions.editable,
            scope=lambda cahier: cahier.ingenierie,
            url=lambda cahier: reverse("consultations:section", args=[cahier.ingenierie_id, "annexes"]),
        ),
    )
    liens.register()
    dashboard.register()
    echeances.register()
    PAPERS.register("cahier", papiers.of_cahier, order=70)
