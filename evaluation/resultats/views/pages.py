"""The room of the results, the page of what came out of a questionnaire, its files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.errors import NotAllowed
from core.exports import export_response, workbook_response
from core.views.actions import posted_version
from core.views.once import sent_once
from evaluation.questionnaires.depouillement import QuestionDepouillee, absents, depouille, seuil_of
from evaluation.questionnaires.enums import EtatRepondant
from evaluation.questionnaires.models import Questionnaire, Reponse
from evaluation.questionnaires.permissions import of_the_team
from evaluation.questionnaires.services import show_region
from evaluation.questionnaires.views.base import EvaluationView, QuestionnaireView
from evaluation.resultats import presenters
from evaluation.resultats.documents import DOCUMENT
from evaluation.resultats.enums import RESULTATS, SUIVI
from evaluation.resultats.indicateurs import EcartsStructure, Total, ecarts
from evaluation.resultats.models import BesoinReleve, SuiviPrevu
from evaluation.resultats.permissions import why_not_read_results
from evaluation.resultats.services.adaptation import modeles_of
from evaluation.resultats.services.suivi import why_not_follow_up
from mobilisation.projet.models import CadreEvaluation
from projects.ingenierie.permissions import why_not_pilot
from projects.ingenierie.services import draft_of

SALLE = "resultats"


class Salle(EvaluationView):
    """« Résultats »: what is asked of results, and what is asked again later."""

    salle = SALLE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Questionnaire.objects.filter(ingenierie=self.ingenierie, code__in=(RESULTATS, SUIVI))
        by_code: dict[str, list[Questionnaire]] = {}
        for row in rows:
            row.ingenierie = self.ingenierie
            by_code.setdefault(row.code, []).append(row)
        asked = next(iter(by_code.get(RESULTATS, ())), None)
        return self.page(
            "evaluation/resultats/salle.html",
            {
                "collective": not self.ingenierie.is_individuelle,
                "questionnaire_resultats": asked,
                "team": of_the_team(self.actor, self.ingenierie),
                "shown": {row.pk for row in rows if not why_not_read_results(self.actor, row)},
                "cadre": draft_of(CadreEvaluation, self.ingenierie),
                "modeles": modeles_of(self.actor) if self.can_write and asked is None else [],
                "suivis": list(SuiviPrevu.objects.filter(ingenierie=self.ingenierie).select_related("questionnaire")),
                "can_follow_up": not why_not_follow_up(self.actor, self.ingenierie),
                "why_not_follow_up": why_not_follow_up(self.actor, self.ingenierie),
            },
        )


class _Read(QuestionnaireView):
    """What comes out of a questionnaire, for whoever may read it."""

    salle = SALLE

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.team = of_the_team(self.actor, self.ingenierie)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if refusal := why_not_read_results(self.actor, self.questionnaire):
            raise NotAllowed(refusal)
        return super().dispatch(request, *args, **kwargs)

    def gaps(self) -> tuple[list[EcartsStructure], list[Total]]:
        """What changed since the start; beyond the team no structure is named, nor found in a sum of too few."""
        structures, totals = ecarts(self.questionnaire)
        if self.team:
            return structures, totals
        return [], [row for row in totals if row.structures >= seuil_of(self.questionnaire)]


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
            "can_pilot": not why_not_pilot(self.actor, self.ingenierie),
            "document": DOCUMENT,
            "has_switch": self.questionnaire.code in (RESULTATS, SUIVI),
        }
        if self.questionnaire.code == SUIVI:
            context["structures"], context["totaux"] = self.gaps()
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
                "reponses": self.one_by_one(found.questions[0]) if self.team else [],
                "team": self.team,
                "releves": [row for row in _needs(self.questionnaire) if row.code == code] if self.team else [],
            },
        )

    def one_by_one(self, question: QuestionDepouillee) -> list[dict[str, str]]:
        """Who answered what, for the team: every figure leads to its answers. One query."""
        rows = Reponse.objects.filter(
            repondant__questionnaire=self.questionnaire, repondant__state=EtatRepondant.REPONDU, code=question.code
        ).exclude(valeur="")
        words = dict(question.valeurs)
        return [
            {
                "qui": row.repondant.qui,
                "dit": words.get(row.valeur, row.valeur),
                "url": self.here("evaluation:repondant", row.repondant_id),
            }
            for row in rows.select_related("repondant").order_by("repondant__sorte", "repondant")
        ]


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
            sheets += presenters.gaps_sheets(*self.gaps())
        return workbook_response(name, sheets)


@method_decorator([require_POST, sent_once], name="dispatch")
class Region(QuestionnaireView):
    """Let the region read what comes out of it, or not any more."""

    salle = SALLE
    team_only = True
    anchor = "region"

    def post(self, request: HttpRequest, pk: int, questionnaire: int) -> HttpResponse:
        shown = request.POST.get("montre") == "1"
        show_region(self.questionnaire, shown, actor=self.actor, version=posted_version(request))
        messages.success(
            request,
            "La région lit désormais ces résultats une fois le questionnaire terminé, sans les noms."
            if shown
            else "Ces résultats ne se lisent plus que par l’équipe du dossier.",
        )
        return redirect(f"{self.here('evaluation:resultats_de')}#{self.anchor}")
