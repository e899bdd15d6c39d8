"""The page of one questionnaire, for the team: its questions, who is asked, who answered; opened, closed, reopened."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.errors import DomainError, InvalidInput
from core.formats import plural
from core.lifecycle import available_actions
from core.text import whole_number
from core.views.actions import ActionMixin
from core.views.once import sent_once
from evaluation.questionnaires import presenters, services
from evaluation.questionnaires.contenu import definition_of, questions_for
from evaluation.questionnaires.enums import EtatQuestionnaire, Voie
from evaluation.questionnaires.forms import ModeleForm, QuestionnaireForm
from evaluation.questionnaires.models import Questionnaire
from evaluation.questionnaires.registry import SUITES
from evaluation.questionnaires.views.base import QuestionnaireEdit, QuestionnaireView


class Detail(QuestionnaireView):
    """Where it stands."""

    team_only = True

    def get(self, request: HttpRequest, pk: int, questionnaire: int) -> HttpResponse:
        return self.show()

    def show(self, *, status: int = 200, **more: Any) -> HttpResponse:
        questionnaire = self.questionnaire
        definition = definition_of(questionnaire)
        groups = presenters.repondants(questionnaire)
        lines = [line for group in groups for line in group["lignes"]]
        in_room = any(Voie.SALLE in prevu.voies for prevu in definition.repondants)
        return self.page(
            "evaluation/questionnaires/questionnaire.html",
            {
                "object": questionnaire,
                "etat": questionnaire.get_state_display(),
                "facts": presenters.facts(questionnaire),
                "source": definition.source,
                "groups": groups,
                "compte": presenters.count_line(sum(1 for line in lines if line["repondu"]), len(lines)),
                "to_remind": sum(1 for line in lines if line["by_link"]) if questionnaire.is_open else 0,
                "parties": questions_for(questionnaire, ""),
                "actions": available_actions(questionnaire, self.actor),
                "action_url": self.here("evaluation:questionnaire_action"),
                "in_room": in_room,
                "editable": self.can_write and questionnaire.state != EtatQuestionnaire.TERMINE,
                "adding": self.can_write and questionnaire.state
                in (EtatQuestionnaire.PREPARATION, EtatQuestionnaire.OUVERT),
                "suites": [suite for provider in SUITES for suite in provider(questionnaire, self.actor)],
                "modele_form": ModeleForm(initial={"nom": questionnaire.titre[:120]}),
                **more,
            },
            status=status,
        )  # fmt: skip


class Cycle(ActionMixin, Detail):
    """One action of its life; the service says who may and what is missing."""

    def perform(self, action: str, **shown: Any) -> Questionnaire:
        return services.perform_action(self.questionnaire, action, actor=self.actor, **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(status=error.status, refused=error, reason=reason)

    def get_action_url(self, action: str, obj: Questionnaire) -> str:
        return self.here()


class Modifier(QuestionnaireEdit):
    """Its title, when answers are expected, the causes found."""

    team_only = True
    form_class = QuestionnaireForm
    page_title = "Modifier le questionnaire"
    success_message = "Le questionnaire est enregistré."

    def save(self, form: QuestionnaireForm, expected_version: int) -> Questionnaire:
        return services.update(self.questionnaire, form.values(), self.actor, expected_version)


@method_decorator(require_POST, name="dispatch")
class Completer(QuestionnaireView):
    """Add whoever the dossier knows and is not asked yet."""

    team_only = True

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, pk: int, questionnaire: int) -> HttpResponse:
        added = services.add_known(self.questionnaire, self.actor)
        text = f"{plural(len(added), 'ajout')}." if added else "Tous ceux que le dossier connaît y sont déjà."
        messages.info(request, text)
        return redirect(self.here() + "#qui")


@method_decorator(require_POST, name="dispatch")
class Solliciter(Detail):
    """Write to those checked, or to all who have not answered: what remains."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, pk: int, questionnaire: int) -> HttpResponse:
        numbers = [whole_number(value) for value in request.POST.getlist("repondants")]
        if None in numbers:
            raise Http404
        try:
            if request.POST.get("tous"):
                found = services.remind(self.questionnaire, self.actor)
            else:
                rows = list(self.questionnaire.repondants.filter(pk__in=numbers))
                if len(rows) != len(set(numbers)):
                    raise Http404
                for row in rows:
                    row.questionnaire = self.questionnaire
                found = services.ask(rows, self.actor)
        except InvalidInput as error:
            return self.show(status=error.status, error=error.sentence)
        messages.add_message(request, messages.SUCCESS if found.done else messages.INFO, told_sent(found))
        return redirect(self.here() + "#qui")


def told_sent(found: services.Sollicites) -> str:
    """What came of a sending, in one line."""
    parts = [plural(len(found.done), "courrier envoyé", "courriers envoyés") if found.done else "Aucun courrier envoyé"]
    for rows, one, many in (
        (found.recent, "déjà écrit il y a moins de trois jours", "déjà écrits il y a moins de trois jours"),
        (found.complete, "a déjà répondu", "ont déjà répondu"),
        (found.unreachable, "sans adresse électronique ou qui répond autrement",
         "sans adresse électronique ou qui répondent autrement"),
        (found.left, "dont le lien a été révoqué", "dont le lien a été révoqué"),
    ):  # fmt: skip
        if rows:
            parts.append(plural(len(rows), one, many))
    return " ; ".join(parts) + "."


@method_decorator(require_POST, name="dispatch")
class GarderModele(Detail):
    """Keep its questions as a model of one's organisation."""

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, pk: int, questionnaire: int) -> HttpResponse:
        form = ModeleForm(request.POST)
        if not form.is_valid():
            return self.show(status=422, modele_form=form)
        try:
            services.keep_modele(self.questionnaire, form.cleaned_data["nom"], self.actor)
        except InvalidInput as error:
            form.add_error("nom", error.sentence)
            return self.show(status=error.status, modele_form=form)
        messages.success(request, "Le modèle est gardé : il est proposé à la préparation d’un questionnaire.")
        return redirect(self.here())
