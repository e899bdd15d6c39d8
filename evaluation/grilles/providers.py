"""What the grids give: to the evaluation, to the page of a mission, to the démarche, to the past of a structure."""

from __future__ import annotations

from django.urls import reverse

from core.actor import Actor
from core.formats import format_date
from evaluation.grilles import dashboard, documents, echeances, facts, history
from evaluation.grilles.enums import CODES, Position
from evaluation.grilles.permissions import grilles, pour_prestataire, suivi_of, why_not_end, why_not_read_yet
from evaluation.grilles.services.preparation import participants_of
from evaluation.questionnaires.enums import EtatQuestionnaire, SorteRepondant
from evaluation.questionnaires.models import Questionnaire
from evaluation.questionnaires.permissions import of_the_team
from evaluation.questionnaires.registry import (
    A_TERMINER,
    ESPACE,
    LECTURE,
    PROPOSES,
    SALLES_EVALUATION,
    SUITES,
    SalleEvaluation,
    Suite,
)
from missions.conventions.models import Convention
from missions.mission.registry import SALLES, SalleMission
from partners.recherche.registry import PASSE
from projects.evidence import EVIDENCE, EvidenceProvider
from projects.ingenierie.models import Ingenierie
from projects.papiers import PAPERS, Paper
from structures.registry import HISTORY

#: Where a grid is, in words that both sides of the mission read.
_TOLD = {
    Position.REPONSES: "réponses en cours",
    Position.A_REMETTRE: "réponses closes",
    Position.CHEZ_LE_PRESTATAIRE: "commentaires du prestataire attendus",
    Position.RENDUE: "commentée par le prestataire",
    Position.TERMINEE: "terminée",
}


def _of_mission(convention: Convention) -> str:
    """Where the grid of a mission stands, for the team and for the prestataire. One query."""
    row = grilles().filter(convention=convention, mois=None).first()
    return f"Grille d’évaluation : {_TOLD[suivi_of(row).position]}" if row else ""


def _of_ingenierie(ingenierie: Ingenierie) -> str:
    """The same for all its missions. One query."""
    rows = grilles().filter(ingenierie=ingenierie, mois=None).order_by("pk")
    return " ; ".join(f"{row.convention.titre} : {suivi_of(row).position.label}" for row in rows)


def _suites(questionnaire: Questionnaire, actor: Actor) -> list[Suite]:
    if questionnaire.code not in CODES or not of_the_team(actor, questionnaire.ingenierie):
        return []
    url = reverse("evaluation:grille", args=[questionnaire.ingenierie_id, questionnaire.pk])
    return [Suite("Lire et restituer", url, "La grille remplie, les commentaires du prestataire, la restitution.")]


def _espace(convention: Convention, actor: Actor) -> list[Suite]:
    """The grids handed to the prestataire of a mission. One query."""
    found = []
    for row in pour_prestataire(actor).filter(convention=convention).order_by("pk"):
        suivi = suivi_of(row)
        if row.state == EtatQuestionnaire.TERMINE:
            note = "terminée"
        elif suivi.est_rendue:
            note = f"rendue le {format_date(suivi.rendue_at)}"
        else:
            note = f"remplie : vos commentaires sont attendus au plus tard le {format_date(suivi.attendue_le)}"
        url = reverse("mission_evaluee:grille", args=[convention.pk, row.pk])
        found.append(Suite(row.titre, url, note))
    return found


def _papers(ingenierie: Ingenierie, actor: Actor) -> list[Paper]:
    """The filled grids, for the team. One query."""
    if not of_the_team(actor, ingenierie):
        return []
    found = []
    for row in grilles().filter(ingenierie=ingenierie, clos_at__isnull=False).order_by("pk"):
        if why_not_read_yet(row):
            continue
        url = reverse("evaluation:grille", args=[ingenierie.pk, row.pk])
        found.append(
            Paper(
                f"Grille d’évaluation, convention {row.convention.titre}",
                "Évaluation",
                url,
                on=row.termine_at or row.clos_at,
                note=suivi_of(row).position.label.capitalize(),
                files=(("DOCX", reverse("evaluation:grille_docx", args=[ingenierie.pk, row.pk])),),
                printed=(documents.GRILLE, row.pk),
            )
        )
    return found


def register() -> None:
    """Fill the registries; called once by ``EvaluationConfig.ready``."""
    documents.register()
    dashboard.register()
    echeances.register()
    # One entry on the page of a mission: its grid for the team; what it is asked, grids included, for the prestataire.
    SALLES.register(
        "evaluation",
        SalleMission(
            "Évaluation de la mission", "evaluation:grille_mission", "mission_evaluee:evaluations", _of_mission
        ),
        order=90,
    )
    SALLES_EVALUATION.register(
        "grilles", SalleEvaluation("Grilles d’évaluation", "evaluation:grilles", _of_ingenierie), order=20
    )
    SUITES.register("grilles", _suites)
    ESPACE.register("grilles", _espace)
    A_TERMINER.register("grilles", why_not_end)
    LECTURE.register("grilles", why_not_read_yet)
    PROPOSES.register(SorteRepondant.PARTICIPANT, participants_of)
    PAPERS.register("grilles", _papers, order=110)
    HISTORY.register("evaluations", history.history, order=12)
    PASSE.register("evaluations", history.of_prestataire)
    EVIDENCE.register("finaliser.evaluation.conditions", EvidenceProvider(facts.conditions_evidence, facts.reponses))
    EVIDENCE.register("finaliser.evaluation.structure", EvidenceProvider(facts.structure_evidence, facts.reponses))
    EVIDENCE.register(
        "finaliser.evaluation.restitution", EvidenceProvider(facts.restitution_evidence, facts.restitution)
    )
    EVIDENCE.register("finaliser.suites.plan+grilles", EvidenceProvider(facts.plan_evidence, facts.restitution))
    EVIDENCE.register("finaliser.suites.comite", EvidenceProvider(facts.comite_evidence, facts.restitution))
    EVIDENCE.register(
        "finaliser.evaluation.collecte+grilles", EvidenceProvider(facts.participants_evidence, facts.reponses)
    )
