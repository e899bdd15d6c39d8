"""What the projet d'intervention answers to the cycle: tab, condition of the gate, evidence."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import F
from django.urls import reverse

from core.formats import plural
from engagement.budget.jours import JOURS, JoursAilleurs, JoursProvider
from engagement.presentation.fiche import INTERVENTIONS, Intervention
from mobilisation.groupes.facts import groupes
from mobilisation.projet import echeances
from mobilisation.projet.models import CadreEvaluation, ProjetIntervention
from mobilisation.scenarios.models import Scenario, periode_dite
from projects.cycle.gates import CONDITIONS, ConditionProvider
from projects.enums import Etat
from projects.evidence import EVIDENCE, Evidence, EvidenceProvider
from projects.facts import Answer
from projects.tabs import TABS, Tab

_CADRE = (
    "objet", "registres", "outils", "participation_structures", "participation_partenaires",
    "participation_intervenants",
)  # fmt: skip


def _url(pk: int, anchor: str) -> str:
    return reverse("mobilisation:projet", args=[pk]) + f"#{anchor}"


def _cadre() -> dict[str, Any]:
    return {f"ce_{name}": F(f"cadre_evaluation__{name}") for name in _CADRE}


def _cadre_of(values) -> CadreEvaluation:
    return CadreEvaluation(**{name: values[f"ce_{name}"] or ([] if name == "registres" else "") for name in _CADRE})


def _read_cadre(values, ingenierie) -> Answer:
    missing = _cadre_of(values).missing
    return Answer(not missing, f"il manque {', '.join(missing)}" if missing else "")


def _cadre_evidence(values, ingenierie) -> Evidence | None:
    if _cadre_of(values).missing:
        return None
    return Evidence("Cadre de l’évaluation adopté", _url(ingenierie.pk, "t-evaluation"))


def _projet() -> dict[str, Any]:
    return {
        f"pi_{name}": F(f"projet_intervention__{name}")
        for name in ("objectifs_collectifs", "objectifs_individuels", "suites", "systeme_intervenant", "temps_pilote")
    }


def _adaptation_evidence(values, ingenierie) -> Evidence | None:
    told = [
        label
        for key, label in (
            ("pi_objectifs_collectifs", "objectifs collectifs"),
            ("pi_objectifs_individuels", "objectifs individuels"),
            ("pi_suites", "commentaires des structures pris en compte"),
        )
        if (values[key] or "").strip()
    ]
    if not told:
        return None
    text = ", ".join(told)
    return Evidence(text[:1].upper() + text[1:], _url(ingenierie.pk, "t-objectifs"))


def _formalisation_evidence(values, ingenierie) -> Evidence | None:
    told = [ingenierie.type_court] if ingenierie.type_ingenierie else []
    if ingenierie.accroche:
        told.append("accroche")
    if (values["pi_systeme_intervenant"] or "").strip():
        told.append("système intervenant")
    if (values["pi_temps_pilote"] or "").strip():
        told.append("temps du pilote")
    if not told:
        return None
    return Evidence(", ".join(told), _url(ingenierie.pk, "t-intervention"))


def _badge(ingenierie) -> str:
    count = ingenierie.n_groupes
    return plural(count, "groupe") if count else ""


def interventions(ids: Collection[int]) -> dict[int, Intervention]:
    """What the projet d'intervention and the scenario kept fix, for the presentation sheet: two queries."""
    projets = {p.ingenierie_id: p for p in ProjetIntervention.objects.filter(ingenierie__in=ids)}
    kept = {s.ingenierie_id: s for s in Scenario.objects.filter(ingenierie__in=ids, retenu=True)}
    answer = {}
    for pk in {*projets, *kept}:
        projet, scenario = projets.get(pk, ProjetIntervention()), kept.get(pk, Scenario())
        answer[pk] = Intervention(
            jours=projet.jours,
            jours_individuels=projet.jours_individuels,
            periode=periode_dite(projet.date_debut, projet.date_fin)
            or periode_dite(scenario.date_debut, scenario.date_fin),
            duree=scenario.duree,
            rythme=scenario.rythme,
            systeme=projet.systeme_intervenant,
            animation=projet.temps_pilote,
            url=reverse("mobilisation:projet", args=[pk]),
        )
    return answer


def _jours() -> dict[str, Any]:
    return {"pi_jours": F("projet_intervention__jours")}


def _read_jours(values, ingenierie) -> JoursAilleurs | None:
    days = values["pi_jours"]
    if not days or ingenierie.is_individuelle:
        return None
    return JoursAilleurs("le projet d’intervention", days, days, _url(ingenierie.pk, "t-intervention"))


def register() -> None:
    """Fill the registries; called once by ``MobilisationConfig.ready``."""
    TABS.register(
        "projet_intervention",
        Tab("Projet d’intervention", "mobilisation:projet", groupes, _badge, individuelle=None, step=Etat.CONFIRMER),
        order=65,
    )
    INTERVENTIONS.register("projet_intervention", interventions)
    JOURS.register("projet_intervention", JoursProvider(_read_jours, _jours))
    echeances.register()
    CONDITIONS.register(
        "cadre_evaluation",
        ConditionProvider(
            _read_cadre,
            lambda pk: reverse("mobilisation:cadre", args=[pk]),
            "Écrire le cadre de l’évaluation",
            _cadre,
        ),
    )
    EVIDENCE.register("confirmer.projet.adaptation", EvidenceProvider(_adaptation_evidence, _projet))
    EVIDENCE.register("confirmer.projet.evaluation", EvidenceProvider(_cadre_evidence, _cadre))
    EVIDENCE.register("confirmer.projet.formalisation", EvidenceProvider(_formalisation_evidence, _projet))
