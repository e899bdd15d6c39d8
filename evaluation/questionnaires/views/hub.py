"""« Évaluation »: what the ingénierie asks, what it may still ask, what the other rooms say."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.errors import InvalidInput
from core.views.once import sent_once
from evaluation.questionnaires import presenters, services
from evaluation.questionnaires.definitions import DEFINITIONS, MISSION
from evaluation.questionnaires.forms import PreparerForm
from evaluation.questionnaires.models import ModeleQuestionnaire
from evaluation.questionnaires.permissions import of_the_team
from evaluation.questionnaires.registry import SALLES_EVALUATION
from evaluation.questionnaires.views.base import EvaluationView
from missions.conventions.models import Convention


class Evaluation(EvaluationView):
    """The page of the tab."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show()

    def show(self, *, status: int = 200, error: str = "") -> HttpResponse:
        team = of_the_team(self.actor, self.ingenierie)
        prepared = presenters.questionnaires(self.ingenierie) if team else []
        lines = [
            {"label": salle.label, "url": self.address(salle.route), "resume": salle.resume(self.ingenierie)}
            for salle in SALLES_EVALUATION
            if salle.cycle in ("", self.ingenierie.cycle)
        ]
        return self.page(
            "evaluation/questionnaires/evaluation.html",
            {
                "questionnaires": prepared,
                "team": team,
                "lines": lines,
                "to_prepare": presenters.to_prepare(self.ingenierie, prepared, self.actor.organisation)
                if self.can_write
                else [],
                "error": error,
            },
            status=status,
        )


@method_decorator(require_POST, name="dispatch")
class Preparer(Evaluation):
    """Prepare one: its page opens."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        modeles = ModeleQuestionnaire.objects.filter(organisation=self.actor.organisation_id)
        form = PreparerForm(request.POST, modeles=modeles)
        if not form.is_valid():
            raise Http404
        data: dict[str, Any] = form.cleaned_data
        definition = DEFINITIONS.get(data["code"])
        if definition is None:
            raise Http404
        mission = None
        if definition.portee == MISSION:
            missions = Convention.objects.signed().select_related("choix__prestataire", "version_cahier")
            mission = get_object_or_404(missions, pk=data["convention"], ingenierie=self.ingenierie)
        try:
            made = services.prepare(
                self.ingenierie, definition.code, self.actor, convention=mission, modele=data["modele"]
            )
        except InvalidInput as error:
            return self.show(status=error.status, error=error.sentence)
        messages.success(request, "Le questionnaire est prêt à être relu : dites qui répond, puis ouvrez-le.")
        return redirect("evaluation:questionnaire", pk, made.pk)
