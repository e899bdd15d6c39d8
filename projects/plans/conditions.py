"""What diagnostic and plan of a structure show of its ingénierie individuelle: conditions and evidence (002).

The plan counts by the row that is attached to the ingénierie: another row of the same structure is another action.
"""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from core.formats import format_age, format_date, plural
from core.text import shortened
from projects import facts
from projects.cycle.gates import CONDITIONS, ConditionProvider
from projects.evidence import EVIDENCE, Evidence, EvidenceProvider
from projects.facts import Answer
from projects.plans.models import LigneIngenierie
from structures.diagnostics.models import Diagnostic
from structures.plans.enums import EtatLigne, NatureMoyen
from structures.plans.models import ActualisationPlan, LignePlan, MissionPreconisee

_LINK = "Ouvrir la structure, son diagnostic et son plan"


def _alone(path: str) -> dict[str, Any]:
    """The condition that ``path`` is the structure of the ingénierie individuelle."""
    return {f"{path}__ciblages__ingenierie": OuterRef("pk"), f"{path}__ciblages__seule": True}


def _attached() -> QuerySet:
    """The rows that the ingénierie carries out, those given up left out."""
    return LigneIngenierie.objects.exclude(ligne__etat=EtatLigne.ABANDONNE)


def _diagnostic() -> dict[str, Any]:
    """The day of the shared diagnostic that the plan of the attached row starts from, else of the structure's last."""
    started = _attached().filter(ligne__plan__diagnostic__numero_partage__gt=0).order_by("rattachee_le", "pk")
    shared = Diagnostic.objects.filter(numero_partage__gt=0, **_alone("structure")).order_by("-date", "-pk")
    return {
        "ind_diagnostic": Coalesce(
            facts.first_of(started, "ligne__plan__diagnostic__date"), Subquery(shared.values("date")[:1])
        )
    }


def _read_diagnostic(values, ingenierie) -> Answer:
    date = values["ind_diagnostic"]
    if date is None:
        return Answer(False, "aucun diagnostic partagé")
    return Answer(True, f"diagnostic du {format_date(date)}, {format_age(date)}")


def _diagnostic_evidence(values, ingenierie) -> Evidence | None:
    if values["ind_diagnostic"] is None:
        return None
    date = values["ind_diagnostic"]
    text = f"Diagnostic du {format_date(date)} ({format_age(date)}) partagé avec la structure"
    return Evidence(text, reverse("projects:structures", args=[ingenierie.pk]))


def _lignes() -> dict[str, Any]:
    """The attached row, and how many rows of the structure's plans call on an ingénierie individuelle and wait."""
    waiting = LignePlan.objects.ouvertes().filter(
        nature_moyen=NatureMoyen.INDIVIDUELLE, rattachement__isnull=True, plan__structure__ciblages__seule=True
    )
    attached = _attached().order_by("rattachee_le", "pk")
    missions = MissionPreconisee.objects.filter(ligne__rattachement__ingenierie=OuterRef("pk"))
    return {
        "ind_ligne": facts.first_of(attached, "ligne__difficulte"),
        "ind_mission": Subquery(missions.order_by("position", "pk").values("objectif_general")[:1]),
        "ind_lignes_libres": facts.count_of(waiting, "plan__structure__ciblages__ingenierie"),
    }


def _read_action(values, ingenierie) -> Answer:
    if values["ind_ligne"] is not None:
        return Answer(True, f"ligne « {shortened(values['ind_ligne'])} »")
    count = values["ind_lignes_libres"]
    if not count:
        return Answer(False, "aucune ligne du plan n’est rattachée à cette ingénierie")
    waits = plural(count, "ligne appelle une", "lignes appellent une")
    return Answer(
        False,
        f"aucune ligne du plan n’est rattachée à cette ingénierie ; {waits} ingénierie individuelle : rattachez la "
        "bonne depuis le plan de la structure",
    )


def _action_evidence(values, ingenierie) -> Evidence | None:
    if values["ind_ligne"] is None:
        return None
    text = f"Ligne du plan d’accompagnement : {shortened(values['ind_ligne'])}"
    return Evidence(text, reverse("projects:structures", args=[ingenierie.pk]))


def _mission_evidence(values, ingenierie) -> Evidence | None:
    if values["ind_mission"] is None:
        return None
    text = f"Mission préconisée : {shortened(values['ind_mission'])}"
    return Evidence(text, reverse("projects:structures", args=[ingenierie.pk]))


def _actualisation() -> dict[str, Any]:
    """When the plan of the attached row was actualised last."""
    rows = ActualisationPlan.objects.filter(plan__lignes__rattachement__ingenierie=OuterRef("pk"))
    return {
        "ind_rattachee": facts.count_of(_attached()),
        "ind_actualise": Subquery(rows.order_by("-le", "-pk").values("le")[:1]),
    }


def _read_actualisation(values, ingenierie) -> Answer:
    at = values["ind_actualise"]
    if not values["ind_rattachee"]:
        return Answer(False, "aucune ligne du plan n’est rattachée à cette ingénierie")
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
        ("engager.plan.mission", _mission_evidence, _lignes),
        ("finaliser.suites.plan", _actualisation_evidence, _actualisation),
    ):
        EVIDENCE.register(action, EvidenceProvider(read, asked))
