"""What a prestataire that is a partner of the ingénierie answers, in its space (001, « prestataire-partenaire »)."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse

from core.errors import NotAllowed
from evaluation.questionnaires.contenu import questions_for
from evaluation.questionnaires.enums import EtatQuestionnaire, Voie
from evaluation.questionnaires.models import Repondant
from evaluation.questionnaires.services import valeurs_of
from evaluation.questionnaires.services.reponses import CLOSED
from evaluation.questionnaires.views.repondants import answered
from evaluation.questionnaires.views.repondre import RepondreMixin


class PartenaireRepondre(RepondreMixin):
    """Answer, leave, come back, send; once sent it is read, and does not change."""

    template_name = "evaluation/resultats/espace_repondre.html"
    voie = Voie.ESPACE
    submit_label = "Envoyer ma réponse"

    def get_object(self) -> Repondant:
        asked = Repondant.objects.for_prestataire(self.request.actor).exclude(
            questionnaire__state=EtatQuestionnaire.PREPARATION
        )
        row = get_object_or_404(
            asked.select_related("questionnaire__ingenierie__pilote", "partenaire__prestataire"),
            pk=self.kwargs["repondant"],
        )
        if self.request.method == "POST" and not row.questionnaire.is_open:
            raise NotAllowed(CLOSED)
        return row

    def get_page_title(self) -> str:
        return self.object.questionnaire.titre

    def get_context(self, **context: Any) -> dict[str, Any]:
        row = self.object
        reading = row.has_answered or not row.questionnaire.is_open
        return super().get_context(
            **{
                "ingenierie": row.questionnaire.ingenierie,
                "reading": reading,
                "parties": answered(questions_for(row.questionnaire, row.sorte), valeurs_of(row)) if reading else [],
                **context,
            }
        )

    def get_success_url(self) -> str:
        return reverse("mission_evaluee:partenaire_repondre", args=[self.object.pk])

    def get_cancel_url(self) -> str:
        return reverse("portfolio:espace")

    def get_success_message(self) -> str:
        if self.sending:
            return "Merci, votre réponse est envoyée au DLA."
        return "C’est enregistré, pas encore envoyé."
