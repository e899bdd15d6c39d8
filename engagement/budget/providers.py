"""What the room gives to the floors below."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from core.actor import Actor
from core.uploads import ATTACHMENT_RIGHTS, AttachmentRights
from engagement.budget import dashboard, echeances, facts, papiers
from engagement.budget.models import ConventionCofinancement
from projects.cycle.gates import CONDITIONS, ConditionProvider
from projects.enums import Etat
from projects.evidence import EVIDENCE, Evidence, EvidenceProvider
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.permissions import why_not_contribute
from projects.papiers import PAPERS
from projects.tabs import TABS, Tab


def _budget_evidence(values, ingenierie) -> Evidence | None:
    balance = facts.balance_of(values)
    if balance.vide:
        return None
    text = balance.phrase
    if values["eng_valorisations"]:
        text += " Temps valorisé à part."
    return Evidence(text, reverse("engagement:budget", args=[ingenierie.pk]))


def _badge_budget(ingenierie) -> str:
    balance = facts.balance_of(ingenierie)
    if balance.equilibre:
        return "équilibré"
    return "vide" if balance.vide else "à équilibrer"


def _convention_seen(ids: Collection[int], actor: Actor) -> set[int]:
    rows = ConventionCofinancement.objects.filter(pk__in=ids, ingenierie__in=Ingenierie.objects.visible_to(actor))
    return set(rows.values_list("pk", flat=True))


def _convention_edited(ids: Collection[int], actor: Actor) -> set[int]:
    rows = (
        ConventionCofinancement.objects.filter(pk__in=ids)
        .select_related("ingenierie__pilote", "ingenierie__referent")
        .prefetch_related("ingenierie__associes")
    )
    return {r.pk for r in rows if r.ingenierie.is_open and why_not_contribute(actor, r.ingenierie) is None}


def register() -> None:
    """Fill the registries; called once by ``EngagementConfig.ready``."""

    def to_budget(pk: int) -> str:
        return reverse("engagement:budget", args=[pk])

    TABS.register(
        "budget", Tab("Budget", "engagement:budget", facts.budget, _badge_budget, step=Etat.ENGAGER), order=60
    )
    CONDITIONS.register(
        "budget_equilibre", ConditionProvider(facts.read_budget, to_budget, "Équilibrer le budget", facts.budget)
    )
    CONDITIONS.register(
        "budget_confirme",
        ConditionProvider(facts.read_confirme, to_budget, "Confirmer le budget", facts.budget_confirme),
    )
    EVIDENCE.register("engager.validation.budget", EvidenceProvider(_budget_evidence, facts.valorisation))
    ATTACHMENT_RIGHTS.register(
        "engagement.conventioncofinancement",
        AttachmentRights(
            can_view=_convention_seen,
            can_edit=_convention_edited,
            scope=lambda convention: convention.ingenierie,
            url=lambda convention: reverse("engagement:convention", args=[convention.ingenierie_id, convention.pk]),
        ),
    )
    dashboard.register()
    echeances.register()
    PAPERS.register("budget", papiers.of_budget, order=60)
