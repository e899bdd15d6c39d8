"""What the project asks, adapted until the first answer; models taken away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from core.errors import NotAllowed
from evaluation.questionnaires import services as asking
from evaluation.questionnaires.models import ModeleQuestionnaire, Reponse
from evaluation.questionnaires.services.prepared import FROZEN
from evaluation.questionnaires.views.base import (
    EvaluationView,
    QuestionnaireCreate,
    QuestionnaireEdit,
    QuestionnaireView,
)
from evaluation.resultats.enums import RESULTATS
from evaluation.resultats.forms import AdaptationForm, QuestionForm
from evaluation.resultats.services import adaptation
from evaluation.resultats.views.pages import SALLE
from mobilisation.projet.models import CadreEvaluation
from projects.ingenierie.services import draft_of


class _Adapting:
    """Of « La question des résultats » only, and until the first answer."""

    salle = SALLE

    def check_writes(self) -> None:
        super().check_writes()
        if self.questionnaire.code != RESULTATS:
            raise NotAllowed("Ce questionnaire ne s’adapte pas : ses questions sont celles de sa grille.")
        if Reponse.objects.filter(repondant__questionnaire=self.questionnaire).exists():
            raise NotAllowed(FROZEN)


class Adapter(_Adapting, QuestionnaireEdit):
    """Which questions are asked, of whom; why the others are put aside."""

    form_class = AdaptationForm
    template_name = "evaluation/resultats/adapter.html"
    page_title = "Adapter les questions"
    success_message = "Le choix des questions est enregistré."

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "questionnaire": self.questionnaire}

    def get_context(self, **context: Any):
        return super().get_context(**{"cadre": draft_of(CadreEvaluation, self.ingenierie), **context})

    def save(self, form, expected_version):
        return adaptation.adapter(self.questionnaire, form.choix(), actor=self.actor, version=expected_version)

    def get_success_url(self):
        return self.here("evaluation:adapter")

    def get_cancel_url(self):
        return self.here()


class QuestionAjouter(_Adapting, QuestionnaireCreate):
    """A question of the project's own."""

    form_class = QuestionForm
    page_title = "Ajouter une question"
    success_message = "La question est ajoutée."

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "questionnaire": self.questionnaire}

    def save(self, form):
        data = form.cleaned_data
        return adaptation.ajouter_question(
            self.questionnaire,
            actor=self.actor,
            partie=data["partie"],
            texte=data["texte"],
            forme=data["forme"],
            sources=tuple(data["sources"]),
            choix=data["choix"],
        )

    def get_success_url(self):
        return self.here("evaluation:adapter")


class QuestionRetirer(_Adapting, QuestionnaireView):
    """Takes away a question of the project's own."""

    def post(self, request: HttpRequest, pk: int, questionnaire: int, code: str) -> HttpResponse:
        adaptation.retirer_question(self.questionnaire, code, actor=self.actor)
        messages.success(request, "La question est retirée.")
        return redirect(self.here("evaluation:adapter"))


class ModeleRetirer(EvaluationView):
    """Takes a model of the organisation away."""

    salle = SALLE

    def post(self, request: HttpRequest, pk: int, modele: int) -> HttpResponse:
        mine = ModeleQuestionnaire.objects.filter(organisation=self.actor.organisation_id)
        asking.drop_modele(get_object_or_404(mine, pk=modele), self.actor)
        messages.success(request, "Le modèle est retiré.")
        return redirect(self.address("evaluation:resultats"))
