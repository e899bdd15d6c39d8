"""What is decided at a meeting: inscribed, changed, done, taken out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.views.actions import posted_version
from core.views.editing import CreateView
from engagement.reunions.forms import DecisionEditForm, DecisionForm
from engagement.reunions.models import DecisionReunion, Reunion
from engagement.reunions.services.reunions import add_decision, remove_decision, set_decision_done, update_decision
from engagement.reunions.views.reunions import Detail, ReunionEdit, ReunionView


@method_decorator(require_POST, name="dispatch")
class AjouterDecision(Detail, CreateView):
    """Inscribe a decision, from the page of the meeting."""

    form_class = DecisionForm
    success_message = "La décision est inscrite."
    anchor = "decisions"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "prefix": "decision"}

    def save(self, form: DecisionForm) -> DecisionReunion:
        return add_decision(self.reunion, form.values(), actor=self.actor)


def _decision(reunion: Reunion, pk: int) -> DecisionReunion:
    found = get_object_or_404(DecisionReunion, reunion=reunion, pk=pk)
    found.reunion = reunion
    return found


class ModifierDecision(ReunionEdit):
    """Change a decision."""

    form_class = DecisionEditForm
    page_title = "Décision"
    success_message = "La décision est enregistrée."
    anchor = "decisions"

    def get_object(self) -> DecisionReunion:
        return _decision(self.reunion, self.kwargs["decision"])

    def save(self, form: DecisionEditForm, expected_version: int) -> DecisionReunion:
        return update_decision(self.object, form.values(), actor=self.actor, expected_version=expected_version)


@method_decorator(require_POST, name="dispatch")
class DecisionFaite(ReunionView):
    """Note that a decision is done, or not any more."""

    anchor = "decisions"

    def post(self, request: HttpRequest, pk: int, reunion: int, decision: int) -> HttpResponse:
        row = _decision(self.reunion, decision)
        done = request.POST.get("faite") == "1"
        set_decision_done(row, done, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, "La décision est faite." if done else "La décision reste à faire.")
        return self.home()


@method_decorator(require_POST, name="dispatch")
class RetirerDecision(ReunionView):
    """Take a decision out."""

    anchor = "decisions"

    def post(self, request: HttpRequest, pk: int, reunion: int, decision: int) -> HttpResponse:
        row = _decision(self.reunion, decision)
        remove_decision(row, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, "La décision est retirée ; le journal garde ce qu’elle disait.")
        return self.home()
