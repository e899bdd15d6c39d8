"""What the project asks: begun, adapted until the first answer, kept as a model."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator

from core.errors import NotAllowed
from core.views.once import sent_once
from evaluation.questionnaires import services as asking
from evaluation.questionnaires.models import ModeleQuestionnaire, Reponse
from evaluation.questionnaires.services.prepared import FROZEN
from evaluation.questionnaires.views.base import (
    EvaluationCreate,
    EvaluationView,
    QuestionnaireCreate,
    QuestionnaireEdit,
    QuestionnaireView,
)
from evaluation.resultats.enums import RESULTATS
from evaluation.resultats.forms import AdaptationForm, DepartForm, QuestionForm
from evaluation.resultats.services import adaptation
from evaluation.resultats.views.pages import SALLE
from mobilisation.projet.models import CadreEvaluation
from projects.ingenierie.services import draft_of


class Commencer(EvaluationCreate):
    """Begins « La question des résultats »."""

    salle = SALLE
    form_class = DepartForm
    page_title = "Préparer la question des résultats"
    submit_label = "Préparer"
    success_message = "Le questionnaire est préparé : choisissez ce que vous demandez, et à qui."
    help_text = "Trente questions en huit groupes, à adapter à votre ingénierie. Vous choisissez ensuite celles que vous gardez."

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "modeles": adaptation.modeles_of(self.actor)}

    def save(self, form):
        return adaptation.commencer(self.ingenierie, self.actor, modele=form.cleaned_data["modele"])

    def get_cancel_url(self):
        return self.address("evaluation:resultats")

    def get_success_url(self):
        if self.created is None:
            return self.get_cancel_url()
        return self.address("evaluation:adapter", self.created.pk)


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


class ModeleGarder(QuestionnaireView):
    """Keeps the questions as a model of the organisation."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, pk: int, questionnaire: int) -> HttpResponse:
        made = asking.keep_modele(self.questionnaire, request.POST.get("nom", ""), self.actor)
        messages.success(request, f"Le modèle « {made.nom} » est gardé : il se propose au prochain questionnaire.")
        return redirect(reverse("evaluation:resultats", args=[pk]))


class ModeleRetirer(EvaluationView):
    """Takes a model of the organisation away."""

    salle = SALLE

    def post(self, request: HttpRequest, pk: int, modele: int) -> HttpResponse:
        mine = ModeleQuestionnaire.objects.filter(organisation=self.actor.organisation_id)
        asking.drop_modele(get_object_or_404(mine, pk=modele), self.actor)
        messages.success(request, "Le modèle est retiré.")
        return redirect(self.address("evaluation:resultats"))
