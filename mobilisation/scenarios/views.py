"""Scenarios of the intervention."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from mobilisation.scenarios import services
from mobilisation.scenarios.forms import DateScenarioForm, NouveauScenarioForm, ScenarioForm
from mobilisation.scenarios.models import DateScenario, Scenario
from mobilisation.views import TAB, Create, Edit
from projects.dossier.views.base import IngenierieView


class ScenarioNouveau(Create):
    """Propose a scenario."""

    form_class = NouveauScenarioForm
    page_title = "Proposer un scénario"
    help_text = "Envisagez-en plusieurs, puis retenez celui qui convient aux structures."
    anchor = "t-scenarios"
    success_message = "Le scénario est proposé."

    def save(self, form):
        return services.add_scenario(self.ingenierie, actor=self.actor, values=form.values())


class ScenarioEdit(Edit):
    """Change a scenario."""

    form_class = ScenarioForm
    page_title = "Scénario d’intervention"
    anchor = "t-scenarios"
    success_message = "Le scénario est enregistré."

    def get_object(self):
        return get_object_or_404(Scenario, pk=self.kwargs["scenario"], ingenierie=self.ingenierie)

    def save(self, form, expected_version):
        return services.update_scenario(
            self.object, actor=self.actor, expected_version=expected_version, values=form.values()
        )


@method_decorator(require_POST, name="dispatch")
class ScenarioRetenir(IngenierieView):
    """Keep a scenario."""

    tab = TAB
    done = "Ce scénario est retenu."

    def act(self, scenario: Scenario) -> None:
        services.keep_scenario(scenario, actor=self.actor)

    def post(self, request: HttpRequest, pk: int, scenario: int) -> HttpResponse:
        self.act(get_object_or_404(Scenario, pk=scenario, ingenierie=self.ingenierie))
        messages.success(request, self.done)
        return redirect(reverse("mobilisation:projet", args=[pk]) + "#t-scenarios")


class ScenarioRetirer(ScenarioRetenir):
    """Withdraw a scenario."""

    done = "Le scénario est retiré ; le journal garde ce qu’il contenait."

    def act(self, scenario: Scenario) -> None:
        services.remove_scenario(scenario, actor=self.actor)


class DateNouvelle(Create):
    """Add a session to a scenario."""

    form_class = DateScenarioForm
    page_title = "Ajouter une séance"
    anchor = "t-scenarios"
    success_message = "La séance est ajoutée."

    def get_object(self):
        found = get_object_or_404(Scenario, pk=self.kwargs["scenario"], ingenierie=self.ingenierie)
        found.ingenierie = self.ingenierie
        return found

    def get_page_title(self) -> str:
        return f"Ajouter une séance au scénario « {self.object} »"

    def save(self, form):
        return services.add_date(self.object, form.values(), actor=self.actor)


@method_decorator(require_POST, name="dispatch")
class DateRetirer(IngenierieView):
    """Take a session off a scenario."""

    tab = TAB

    def post(self, request: HttpRequest, pk: int, scenario: int, seance: int) -> HttpResponse:
        rows = DateScenario.objects.select_related("scenario__ingenierie")
        row = get_object_or_404(rows, pk=seance, scenario=scenario, scenario__ingenierie=self.ingenierie)
        services.remove_date(row, actor=self.actor)
        messages.success(request, "La séance est retirée ; le journal la garde.")
        return redirect(reverse("mobilisation:projet", args=[pk]) + "#t-scenarios")
