"""What the room gives to the floors below."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from core.actor import Actor
from core.formats import plural
from core.uploads import ATTACHMENT_RIGHTS, AttachmentRights
from engagement.reunions import dashboard, documents, echeances, facts, papiers
from engagement.reunions.models import Reunion
from projects.enums import Etat
from projects.evidence import EVIDENCE, Evidence, EvidenceProvider
from projects.ingenierie.attachments import writable
from projects.papiers import PAPERS
from projects.tabs import TABS, Tab


def _reunions_evidence(values, ingenierie) -> Evidence | None:
    if not values["eng_reunions_tenues"]:
        return None
    text = plural(values["eng_reunions_tenues"], "réunion tenue", "réunions tenues")
    if values["eng_comptes_rendus"]:
        text += f", {plural(values['eng_comptes_rendus'], 'compte rendu écrit', 'comptes rendus écrits')}"
    return Evidence(text, reverse("engagement:reunions", args=[ingenierie.pk]))


def _reunions_edited(ids: Collection[int], actor: Actor) -> set[int]:
    pairs = dict(Reunion.objects.filter(pk__in=ids).values_list("pk", "ingenierie_id"))
    allowed = writable(set(pairs.values()), actor)
    return {pk for pk, ingenierie in pairs.items() if ingenierie in allowed}


def register() -> None:
    """Fill the registries; called once by ``EngagementConfig.ready``."""
    TABS.register(
        "reunions",
        Tab(
            "Réunions",
            "engagement:reunions",
            facts.reunions,
            lambda i: str(i.eng_reunions or ""),
            step=Etat.ENGAGER,
        ),
        order=45,
    )
    EVIDENCE.register("finaliser.evaluation.collecte", EvidenceProvider(_reunions_evidence, facts.reunions))
    ATTACHMENT_RIGHTS.register(
        "engagement.reunion",
        AttachmentRights(
            can_view=documents.readable,
            can_edit=_reunions_edited,
            scope=lambda reunion: reunion.ingenierie,
            url=lambda reunion: reverse("engagement:reunion", args=[reunion.ingenierie_id, reunion.pk]),
        ),
    )
    documents.register()
    dashboard.register()
    echeances.register()
    PAPERS.register("reunions", papiers.minutes, order=45)
