"""What diagnostic and plan of a structure show of its ingénierie individuelle: conditions and evidence (002)."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from core.formats import format_date, plural
from projects import facts
from projects.cycle.gates import CONDITIONS, ConditionProvider
from projects.evidence import EVIDENCE, Evidence, EvidenceProvider
from projects.facts import Answer
from structures.diagnostics.models import Diagnostic
from structures.plans.enums import EtatLigne, NatureMoyen
from structures.plans.models import ActualisationPlan, LignePlan

_LINK = "Ouvrir la structure, son diagnostic et son plan"


def _alone(path: str) -> dict[str, Any]:
    """The condition that ``path`` is the structure of the ingénierie individuelle."""
    return {f"{path}__ciblages__ingenierie": OuterRef("pk"), f"{path}__ciblages__seule": True}


def _diagnostic() -> dict[str, Any]:
    shared = Diagnostic.objects.filter(numero_partage__gt=0, **_alone("structure")).order_by("-date", "-pk")
    return {"ind_diagnostic": Subquery(shared.values("date")[:1])}


def _read_diagnostic(values, ingenierie) -> Answer:
    date = values["ind_diagnostic"]
    return Answer(date is not None, f"diagnostic du {format_date(date)}" if date else "aucun diagnostic partagé")


def _diagnostic_evidence(values, ingenierie) -> Evidence | None:
    if values["ind_diagnostic"] is None:
        return None
    text = f"Diagnostic du {format_date(values['ind_diagnostic'])} partagé avec la structure"
    return Evidence(text, reverse("projects:structures", args=[ingenierie.pk]))


def _lignes() -> dict[str, Any]:
    """Rows of its plans that call on an ingénierie individuelle, those given up left out."""
    rows = LignePlan.objects.filter(nature_moyen=NatureMoyen.INDIVIDUELLE).exclude(etat=EtatLigne.ABANDONNE)
    return {"ind_lignes": facts.count_of(rows.filter(plan__structure__ciblages__seule=True), _TO_PLAN)}


_TO_PLAN = "plan__structure__ciblages__ingenierie"


def _read_action(values, ingenierie) -> Answer:
    count = values["ind_lignes"]
    if not count:
        return Answer(False, "aucune ligne du plan n’appelle une ingénierie individuelle")
    return Answer(True, plural(count, "ligne du plan", "lignes du plan"))


def _action_evidence(values, ingenierie) -> Evidence | None:
    if not values["ind_lignes"]:
        return None
    text = f"{plural(values['ind_lignes'], 'ligne', 'lignes')} du plan d’accompagnement"
    return Evidence(text, reverse("projects:structures", args=[ingenierie.pk]))


def _actualisation() -> dict[str, Any]:
    rows = ActualisationPlan.objects.filter(**_alone("plan__structure")).order_by("-le", "-pk")
    return {"ind_actualise": Subquery(rows.values("le")[:1])}


def _read_actualisation(values, ingenierie) -> Answer:
    at = values["ind_actualise"]
    if at is None:
        return Answer(False, "le plan n’a pas été établi")
    fresh = at >= ingenierie.state_since
    return Answer(fresh, f"plan actualisé le {format_date(at)}{'' if fresh else ', avant le début de la mission'}")


def _actualisation_evidence(values, ingenierie) -> Evidence | None:
    if values["ind_actualise"] is None:
        return None
    text = f"Plan d’accompagnement actualisé le {format_date(values['ind_actualise'])}"
    return Evidence(text, reverse("projects:structures", args=[ingenierie.pk]))


def register() -> None:
    """Called once by :func:`projects.plans.providers.register`."""

    def to_structure(pk: int) -> str:
        return reverse("projects:structures", args=[pk])

    for code, read, asked in (
        ("diagnostic_partage", _read_diagnostic, _diagnostic),
        ("plan_action", _read_action, _lignes),
        ("plan_actualise", _read_actualisation, _actualisation),
    ):
        CONDITIONS.register(code, ConditionProvider(read, to_structure, _LINK, asked))
    for action, read, asked in (
        ("identifier.diagnostic.forces", _diagnostic_evidence, _diagnostic),
        ("identifier.diagnostic.besoins", _diagnostic_evidence, _diagnostic),
        ("identifier.diagnostic.partage", _diagnostic_evidence, _diagnostic),
        ("engager.plan.lignes", _action_evidence, _lignes),
        ("finaliser.suites.plan", _actualisation_evidence, _actualisation),
    ):
        EVIDENCE.register(action, EvidenceProvider(read, asked))
