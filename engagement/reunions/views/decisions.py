"""What is decided at a meeting: inscribed, changed, done, taken out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.errors import InvalidInput
from engagement.reunions.forms import DecisionEditForm, DecisionForm
from engagement.reunions.models import DecisionReunion, Reunion
from engagement.reunions.services.reunions import add_decision, remove_decision, set_decision_done, update_decision
from engagement.reunions.views.reunions import Detail, ReunionEdit, ReunionView
from engagement.views import posted_version


@method_decorator(require_POST, name="dispatch")
class AjouterDecision(Detail):
    """Inscribe a decision, from the page of the meeting."""

    def post(self, request: HttpRequest, pk: int, reunion: int) -> HttpResponse:
        form = DecisionForm(request.POST, prefix="decision")
        if form.is_valid():
            try:
                add_decision(self.reunion, form.values(), actor=self.actor)
            except InvalidInput as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, "La décision est inscrite.")
                return self.home("#decisions")
        return self.show(status=422, form=form)


def _decision(reunion: Reunion, pk: int) -> DecisionReunion:
    found = get_object_or_404(DecisionReunion, reunion=reunion, pk=pk)
    found.reunion = reunion
    return found


class ModifierDecision(ReunionEdit):
    """Change a decision."""

    form_class = DecisionEditForm
    page_title = "Décision"
    success_message = "La décision est enregistrée."

    def find(self) -> DecisionReunion:
        return _decision(super().find(), self.kwargs["decision"])

    def save(self, form: DecisionEditForm, expected_version: int) -> DecisionReunion:
        return update_decision(self.object, form.values(), actor=self.actor, expected_version=expected_version)

    def get_success_url(self) -> str:
        return super().get_success_url() + "#decisions"


@method_decorator(require_POST, name="dispatch")
class DecisionFaite(ReunionView):
    """Note that a decision is done, or not any more."""

    def post(self, request: HttpRequest, pk: int, reunion: int, decision: int) -> HttpResponse:
        row = _decision(self.reunion, decision)
        done = request.POST.get("faite") == "1"
        set_decision_done(row, done, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, "La décision est faite." if done else "La décision reste à faire.")
        return self.home("#decisions")


@method_decorator(require_POST, name="dispatch")
class RetirerDecision(ReunionView):
    """Take a decision out."""

    def post(self, request: HttpRequest, pk: int, reunion: int, decision: int) -> HttpResponse:
        row = _decision(self.reunion, decision)
        remove_decision(row, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, "La décision est retirée ; le journal garde ce qu’elle disait.")
        return self.home("#decisions")
