"""What the synthesis gives to the dossier, to the gate, to the region."""

from __future__ import annotations

from django.urls import reverse

from core.actor import Actor
from evaluation.questionnaires.registry import SALLES_EVALUATION, SalleEvaluation
from evaluation.synthese import (
    dashboard,
    documents,
    echeances,
    facts,
    faits,
    faits_mission,
    faits_reponses,
    liens,
    papiers,
)
from evaluation.synthese.models import Synthese
from projects.cycle.gates import CONDITIONS, ConditionProvider
from projects.evidence import EVIDENCE, EvidenceProvider
from projects.ingenierie.models import Ingenierie
from projects.papiers import PAPERS
from projects.tabs import RESUME_LIENS


def _resume(ingenierie: Ingenierie) -> str:
    found = Synthese.objects.filter(ingenierie=ingenierie).first()
    return found.get_state_display() if found else "pas encore commencée"


def _for_the_region(ingenierie: Ingenierie, actor: Actor) -> list[tuple[str, str]]:
    shown = Synthese.objects.shown_to_region(actor).filter(ingenierie=ingenierie).exists()
    return (
        [("Synthèse de l’évaluation", reverse("evaluation:synthese_de_la_region", args=[ingenierie.pk]))]
        if shown
        else []
    )


def register() -> None:
    """Fill the registries; called once by ``EvaluationConfig.ready``."""
    documents.register()
    liens.register()
    faits.register()
    faits_mission.register()
    faits_reponses.register()
    dashboard.register()
    echeances.register()
    SALLES_EVALUATION.register("synthese", SalleEvaluation("Synthèse", "evaluation:synthese", _resume), order=90)
    CONDITIONS.register(
        "evaluation", ConditionProvider(facts.read, facts.gate_url, "Ouvrir l’évaluation", facts.condition)
    )
    for code, read in (
        ("collecte+synthese", facts.collecte_evidence),
        ("coherence", facts.coherence_evidence),
        ("resultats+synthese", facts.resultats_evidence),
        ("synthese", facts.synthese_evidence),
    ):
        EVIDENCE.register(f"finaliser.evaluation.{code}", EvidenceProvider(read, facts.synthese))
    PAPERS.register("synthese", papiers.of_synthese, order=115)
    RESUME_LIENS.register("synthese", _for_the_region)
