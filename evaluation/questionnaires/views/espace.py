"""What a prestataire answers, in its space: its own answers, never those of the others."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from core.errors import NotAllowed
from core.formats import format_date
from evaluation.questionnaires.contenu import questions_for
from evaluation.questionnaires.enums import EtatQuestionnaire, SorteRepondant, Voie
from evaluation.questionnaires.models import Repondant
from evaluation.questionnaires.registry import ESPACE
from evaluation.questionnaires.services import valeurs_of
from evaluation.questionnaires.services.reponses import CLOSED
from evaluation.questionnaires.views.repondants import answered
from evaluation.questionnaires.views.repondre import RepondreMixin
from missions.mission.views.base import EspaceMission, EspaceMissionMixin

SALLE = "evaluation"


def asked_of(convention: Any) -> Any:
    """What the prestataire of this mission is asked, once it is open."""
    return (
        Repondant.objects.filter(convention=convention, sorte=SorteRepondant.PRESTATAIRE)
        .exclude(questionnaire__state=EtatQuestionnaire.PREPARATION)
        .select_related("questionnaire__ingenierie__pilote", "questionnaire__convention__version_cahier")
        .order_by("questionnaire__created_at", "pk")
    )


class Evaluations(EspaceMission):
    """What the prestataire is asked."""

    salle = SALLE

    def get(self, request: HttpRequest, convention: int) -> HttpResponse:
        rows = [
            {
                "titre": row.questionnaire.titre,
                "url": self.address("mission_evaluee:repondre", row.pk),
                "etat": row.get_state_display(),
                "tag": "tag-ok" if row.has_answered else "tag-warn",
                "dit": f"répondu le {format_date(row.le)}" if row.has_answered else _until(row),
            }
            for row in asked_of(self.convention)
        ]
        suites = [suite for read in ESPACE for suite in read(self.convention, self.actor)]
        return self.page("evaluation/questionnaires/espace.html", {"rows": rows, "suites": suites})


def _until(row: Repondant) -> str:
    if not row.questionnaire.is_open:
        return "réponses closes"
    day = row.questionnaire.echeance
    return f"attendu pour le {format_date(day)}" if day else "votre réponse est attendue"


class Repondre(EspaceMissionMixin, RepondreMixin):
    """Answer, leave, come back, send; once sent it is read, and does not change."""

    salle = SALLE
    template_name = "evaluation/questionnaires/espace_repondre.html"
    voie = Voie.ESPACE
    submit_label = "Envoyer ma réponse"

    def get_object(self) -> Repondant:
        row = get_object_or_404(asked_of(self.convention), pk=self.kwargs["repondant"])
        if self.request.method == "POST" and not row.questionnaire.is_open:
            raise NotAllowed(CLOSED)
        return row

    def check_writes(self) -> None:
        """What is asked some months later is asked of a mission that is over: the service says who may."""

    def get_page_title(self) -> str:
        return self.object.questionnaire.titre

    def get_context(self, **context: Any) -> dict[str, Any]:
        row = self.object
        reading = row.has_answered or not row.questionnaire.is_open
        return super().get_context(
            **{
                **self.shown(),
                "reading": reading,
                "parties": answered(questions_for(row.questionnaire, row.sorte), valeurs_of(row)) if reading else [],
                **context,
            }
        )

    def get_success_url(self) -> str:
        if self.request.method == "POST" and self.sending:
            return self.address("mission_evaluee:evaluations")
        return self.address("mission_evaluee:repondre", self.object.pk)

    def get_cancel_url(self) -> str:
        return self.address("mission_evaluee:evaluations")

    def get_success_message(self) -> str:
        if self.sending:
            return "Merci, votre réponse est envoyée au DLA."
        return "C’est enregistré, pas encore envoyé."
