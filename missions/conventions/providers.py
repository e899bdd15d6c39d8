"""What the conventions answer to the cycle, to the budget and to the home page; who reads their files."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from consultations.choix.registry import PROJET_FIGE
from core.models import Attachment
from core.uploads import ATTACHMENT_RIGHTS, KEPT_FOR_GOOD, AttachmentRights
from engagement.budget.jours import JOURS, JoursProvider
from engagement.budget.prix import PRIX, PrixProvider
from engagement.budget.registry import CONVENTIONS_CONNUES
from missions.conventions import dashboard, documents, echeances, facts, liens, papiers, permissions
from missions.conventions.content import CONVENTION
from missions.conventions.models import Acte, Preuve
from projects.cycle.gates import CONDITIONS, ConditionProvider
from projects.enums import Etat
from projects.evidence import EVIDENCE, EvidenceProvider
from projects.papiers import PAPERS
from projects.tabs import TABS, Tab

_MODEL = "missions.convention"


def _named_by_a_text(ids: Collection[int]) -> set[int]:
    """Those of the attachments ``ids`` that a text to sign names among its annexes, or that prove a signature."""
    owners = Attachment.objects.filter(pk__in=ids, object_type=_MODEL).values("object_id")
    actes = Acte.objects.filter(convention__in=owners, avenant=None)
    named = {annexe["piece"] for acte in actes if acte.data["genre"] == CONVENTION for annexe in acte.data["annexes"]}
    copies = set(Preuve.objects.filter(piece__in=ids).values_list("piece", flat=True))
    return (named | copies) & set(ids)


def register() -> None:
    """Fill the registries; called once by ``MissionsConfig.ready``."""
    documents.register()
    liens.register()
    TABS.register(
        "conventions",
        Tab("Convention", "missions:conventions", facts.conventions, facts.told, step=Etat.CONFIRMER),
        order=80,
    )
    CONDITIONS.register(
        "convention", ConditionProvider(facts.read, facts.url, "Ouvrir la convention", facts.conventions)
    )
    EVIDENCE.register("confirmer.choix.convention", EvidenceProvider(facts.evidence, facts.conventions))
    EVIDENCE.register(
        "finaliser.intervention.suivi+avenants", EvidenceProvider(facts.avenants_evidence, facts.avenants)
    )
    EVIDENCE.register("finaliser.mission.modifications", EvidenceProvider(facts.avenants_evidence, facts.avenants))
    JOURS.register("convention", JoursProvider(facts.read_jours, facts.amounts))
    CONVENTIONS_CONNUES.register("mission", facts.for_cofunders)
    PRIX.register("convention", PrixProvider(facts.read_prix, facts.amounts))
    ATTACHMENT_RIGHTS.register(
        _MODEL,
        AttachmentRights(
            can_view=permissions.viewable,
            can_edit=permissions.editable,
            scope=lambda convention: convention.ingenierie,
            url=lambda convention: reverse("missions:convention", args=[convention.ingenierie_id, convention.pk]),
        ),
    )
    KEPT_FOR_GOOD.register("annexes et copies des conventions", _named_by_a_text)
    PROJET_FIGE.register("convention", facts.why_project_is_frozen)
    dashboard.register()
    echeances.register()
    PAPERS.register("conventions", papiers.of_conventions, order=80)
