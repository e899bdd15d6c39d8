"""What the pages of the evaluation share: the rooms, and the questionnaire one is in; 404 for anybody else."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from core.errors import NotAllowed
from evaluation.questionnaires.models import Questionnaire
from evaluation.questionnaires.permissions import of_the_team, why_not_evaluate, why_not_write
from evaluation.questionnaires.registry import SALLES_EVALUATION
from projects.dossier.views.base import IngenierieMixin, IngenierieView
from projects.dossier.views.editing import IngenierieCreate, IngenierieEdit

TAB = "evaluation"
HOME = "evaluation:evaluation"


class EvaluationMixin(IngenierieMixin):
    """``salle``: the code of the room, in :data:`SALLES_EVALUATION`."""

    tab = TAB
    salle = ""
    related = ("pilote__region",)
    anchor = ""
    route = HOME

    def check_writes(self) -> None:
        if refusal := self.why_not():
            raise NotAllowed(refusal)

    def why_not(self) -> str:
        """Why nothing is written here, or ``""``."""
        return why_not_evaluate(self.actor, self.ingenierie)

    @property
    def can_write(self) -> bool:
        return not self.why_not()

    def salles(self) -> list[dict[str, Any]]:
        return [
            {"label": salle.label, "url": self.address(salle.route), "current": code == self.salle}
            for code, salle in SALLES_EVALUATION.items()
            if salle.cycle in ("", self.ingenierie.cycle)
        ]

    def header(self) -> dict[str, Any]:
        return {**super().header(), "salles": self.salles(), "can_write": self.can_write, "salle": self.salle}

    def address(self, route: str = HOME, *more: Any) -> str:
        return reverse(route, args=[self.ingenierie.pk, *more])

    def get_success_url(self) -> str:
        salle = SALLES_EVALUATION.get(self.salle)
        url = self.address(salle.route if salle else HOME)
        return f"{url}#{self.anchor}" if self.anchor else url


class EvaluationView(EvaluationMixin, IngenierieView):
    """A page of the evaluation."""


class EvaluationEdit(EvaluationMixin, IngenierieEdit):
    """Editing something of the evaluation."""

    template_name = "evaluation/edit.html"


class EvaluationCreate(EvaluationMixin, IngenierieCreate):
    """Adding something to the evaluation."""

    template_name = "evaluation/edit.html"


class QuestionnaireMixin(EvaluationMixin):
    """``self.questionnaire``: of this ingénierie; its address holds ``questionnaire`` after ``pk``. ``team_only``: a
    404 for who reads the ingénierie without being of its team."""

    team_only = False

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.questionnaire: Questionnaire = get_object_or_404(
            Questionnaire.objects.select_related("convention__choix__prestataire", "convention__version_cahier"),
            pk=kwargs["questionnaire"],
            ingenierie=self.ingenierie,
        )
        self.questionnaire.ingenierie = self.ingenierie
        if self.team_only and not of_the_team(self.actor, self.ingenierie):
            raise Http404

    def why_not(self) -> str:
        return why_not_write(self.actor, self.questionnaire)

    def header(self) -> dict[str, Any]:
        return {**super().header(), "questionnaire": self.questionnaire, "questionnaire_url": self.here()}

    def here(self, route: str = "evaluation:questionnaire", *more: Any) -> str:
        """An address of this questionnaire."""
        return self.address(route, self.questionnaire.pk, *more)

    def get_success_url(self) -> str:
        url = self.here()
        return f"{url}#{self.anchor}" if self.anchor else url


class QuestionnaireView(QuestionnaireMixin, IngenierieView):
    """A page of one questionnaire."""


class QuestionnaireEdit(QuestionnaireMixin, IngenierieEdit):
    """Editing something of one questionnaire."""

    template_name = "evaluation/edit.html"

    def get_object(self) -> Any:
        return self.questionnaire


class QuestionnaireCreate(QuestionnaireMixin, IngenierieCreate):
    """Adding something to one questionnaire."""

    template_name = "evaluation/edit.html"

    def get_object(self) -> Any:
        return self.questionnaire
