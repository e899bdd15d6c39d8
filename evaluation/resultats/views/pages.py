"""The room of the results, the page of what came out of a questionnaire, its files."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from core.errors import NotAllowed
from core.exports import export_response, workbook_response
from evaluation.questionnaires.depouillement import absents, depouille, seuil_of
from evaluation.questionnaires.models import Questionnaire
from evaluation.questionnaires.views.base import EvaluationView, QuestionnaireView
from evaluation.resultats import presenters
from evaluation.resultats.enums import RESULTATS, SUIVI
from evaluation.resultats.indicateurs import ecarts
from evaluation.resultats.models import BesoinReleve, SuiviPrevu
from evaluation.resultats.permissions import of_the_team, why_not_read_results
from evaluation.resultats.services.adaptation import modeles_of
from evaluation.resultats.services.suivi import why_not_follow_up
from mobilisation.projet.models import CadreEvaluation
from projects.ingenierie.services import draft_of

SALLE = "resultats"


class Salle(EvaluationView):
    """« Résultats »: what is asked of results, and what is asked again later."""

    salle = SALLE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Questionnaire.objects.filter(ingenierie=self.ingenierie, code__in=(RESULTATS, SUIVI))
        by_code: dict[str, list[Questionnaire]] = {}
        for row in rows:
            by_code.setdefault(row.code, []).append(row)
        asked = next(iter(by_code.get(RESULTATS, ())), None)
        return self.page(
            "evaluation/resultats/salle.html",
            {
                "collective": not self.ingenierie.is_individuelle,
                "questionnaire_resultats": asked,
                "cadre": draft_of(CadreEvaluation, self.ingenierie),
                "modeles": modeles_of(self.actor) if self.can_write and asked is None else [],
                "suivis": list(SuiviPrevu.objects.filter(ingenierie=self.ingenierie).select_related("questionnaire")),
                "can_follow_up": not why_not_follow_up(self.actor, self.ingenierie),
                "why_not_follow_up": why_not_follow_up(self.actor, self.ingenierie),
            },
        )


class _Read(QuestionnaireView):
    """What comes out of a questionnaire, for whoever may read it."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.team = of_the_team(self.actor, self.ingenierie)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if refusal := why_not_read_results(self.actor, self.questionnaire):
            raise NotAllowed(refusal)
        return super().dispatch(request, *args, **kwargs)


class Resultats(_Read):
    """Counts with their charts and tables, texts by source, who has not answered, what changed since the start."""

    def get(self, request: HttpRequest, pk: int, questionnaire: int) -> HttpResponse:
        found = depouille(self.questionnaire, pour_prestataire=not self.team, textes=presenters.CITES)
        context: dict[str, Any] = {
            "found": found,
            "parties": [presenters.partie(part) for part in found.parties],
            "absents": absents(self.questionnaire) if self.team else [],
            "releves": _needs(self.questionnaire) if self.team else [],
            "team": self.team,
            "seuil": seuil_of(self.questionnaire),
            "structures": [],
            "totaux": [],
        }
        if self.questionnaire.code == SUIVI:
            context["structures"], context["totaux"] = ecarts(self.questionnaire)
        return self.page("evaluation/resultats/resultats.html", context)


def _needs(questionnaire: Questionnaire) -> list[BesoinReleve]:
    """The needs inscribed from these answers."""
    return list(
        BesoinReleve.objects.filter(questionnaire=questionnaire).select_related(
            "besoin__structure", "besoin__type_prestation", "besoin__diagnostic"
        )
    )


class Question(_Read):
    """Everything that was written for one question."""

    def get(self, request: HttpRequest, pk: int, questionnaire: int, code: str) -> HttpResponse:
        found = depouille(self.questionnaire, pour_prestataire=not self.team, code=code)
        if not found.questions:
            raise Http404
        part = found.parties[0]
        return self.page(
            "evaluation/resultats/question.html",
            {
                "question": found.questions[0],
                "partie": presenters.partie(part),
                "textes": presenters.textes(found.questions[0]),
                "team": self.team,
                "releves": [row for row in _needs(self.questionnaire) if row.code == code] if self.team else [],
            },
        )


class Export(_Read):
    """The tables as files: one XLSX of all, or the CSV of the counts (``quoi=textes``: of the texts)."""

    def get(self, request: HttpRequest, pk: int, questionnaire: int) -> HttpResponse:
        found = depouille(self.questionnaire, pour_prestataire=not self.team)
        name = f"{self.questionnaire.titre} {self.ingenierie.titre}"
        if request.GET.get("format") == "csv":
            texts = request.GET.get("quoi") == "textes"
            sheet = presenters.texts_sheet(found) if texts else presenters.counts_sheet(found)
            return export_response(f"{name} {sheet.title}", sheet.header, sheet.rows, "csv")
        sheets = [
            presenters.counts_sheet(found),
            presenters.texts_sheet(found),
            presenters.participation_sheet(found),
            presenters.aside_sheet(found),
        ]
        if self.questionnaire.code == SUIVI:
            sheets += presenters.gaps_sheets(*ecarts(self.questionnaire))
        return workbook_response(name, sheets)


def results_url(questionnaire: Questionnaire) -> str:
    return reverse("evaluation:resultats_de", args=[questionnaire.ingenierie_id, questionnaire.pk])
