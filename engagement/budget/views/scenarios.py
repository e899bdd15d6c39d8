"""The scenarios of the budget: compared, added, kept, taken out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from core.errors import EditConflict
from core.text import whole_number
from core.views.actions import posted_version
from engagement.budget import summary
from engagement.budget.enums import NatureCharge, NatureRessource
from engagement.budget.forms import ScenarioBudgetAddForm, ScenarioBudgetForm
from engagement.budget.models import Budget, ScenarioBudget
from engagement.budget.services.scenarios import (
    add_scenario_budget,
    keep_scenario_budget,
    remove_scenario_budget,
    update_scenario_budget,
)
from projects.dossier.views.base import IngenierieView
from projects.dossier.views.editing import IngenierieCreate, IngenierieEdit


def _scenario(view: Any, pk: int) -> ScenarioBudget:
    found = get_object_or_404(ScenarioBudget, pk=pk, ingenierie=view.ingenierie)
    found.ingenierie = view.ingenierie
    return found


def _version(view: Any) -> int:
    return Budget.objects.filter(ingenierie=view.ingenierie).values_list("version", flat=True).first() or 0


def _side_by_side(columns: list[dict[str, Decimal]], natures: Any) -> list[tuple[str, list[Decimal | None]]]:
    """A row per nature that one of them has: its label, then its amount in each."""
    labels = [label for label in natures.labels if any(label in column for column in columns)]
    return [(label, [column.get(label) for column in columns]) for label in labels]


class Scenarios(IngenierieView):
    """Every scenario in a column: charges and ressources by nature, balance in words, time valued apart."""

    tab = "budget"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = summary.scenarios_of(pk)
        context = {
            "columns": found,
            "charges": _side_by_side([lu.charges_par_nature for lu in found], NatureCharge),
            "ressources": _side_by_side([lu.ressources_par_nature for lu in found], NatureRessource),
            "budget_version": _version(self),
            "regime": found[0].regime if found else "TTC",
        }
        return self.page("engagement/budget/scenarios.html", context)


class AjouterScenario(IngenierieCreate):
    """A new scenario, empty or from the lines of another."""

    tab = "budget"
    route = "engagement:budget"
    form_class = ScenarioBudgetAddForm
    page_title = "Nouveau scénario de budget"
    help_text = "Un scénario se chiffre à côté du budget retenu, sans le changer. Vous le retiendrez, ou non."
    submit_label = "Enregistrer"

    def get_initial(self) -> dict[str, Any]:
        return {"version": _version(self)}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "ingenierie": self.ingenierie}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if raw := request.POST.get("copie", ""):
            _scenario(self, whole_number(raw) or 0)
        return super().post(request, *args, **kwargs)

    def save(self, form: ScenarioBudgetAddForm) -> ScenarioBudget:
        values = form.values()
        copy_of = values.pop("copie", None)
        version = form.cleaned_data["version"]
        return add_scenario_budget(self.ingenierie, values, actor=self.actor, copy_of=copy_of, expected_version=version)

    def get_success_message(self) -> str:
        return f"Le scénario « {self.created} » est ouvert : il n’est pas retenu."

    def get_success_url(self) -> str:
        url = super().get_success_url()
        return f"{url}?scenario={self.created.pk}" if self.created else url


class ModifierScenario(IngenierieEdit):
    """Rename a scenario, say what is particular to it."""

    tab = "budget"
    route = "engagement:budget_scenarios"
    form_class = ScenarioBudgetForm
    page_title = "Scénario de budget"
    success_message = "Le scénario est enregistré."

    def get_object(self) -> ScenarioBudget:
        found = _scenario(self, self.kwargs["scenario"])
        found.version = _version(self)
        return found

    def save(self, form: ScenarioBudgetForm, expected_version: int) -> ScenarioBudget:
        try:
            return update_scenario_budget(
                self.object, form.values(), actor=self.actor, expected_version=expected_version
            )
        except EditConflict as error:
            # The version is the budget's, the fields are the scenario's.
            current = self.get_object()
            own = [e for e in error.entries if (e.object_type, e.object_id) == (current._meta.label_lower, current.pk)]
            raise EditConflict(error.message, entries=own or error.entries, current=current) from error


class RetenirScenario(IngenierieView):
    """Keep this scenario."""

    tab = "budget"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, scenario: int) -> HttpResponse:
        kept = keep_scenario_budget(
            _scenario(self, scenario), actor=self.actor, expected_version=posted_version(request)
        )
        messages.success(request, f"Le scénario « {kept} » est retenu : c’est le budget de l’ingénierie.")
        return redirect("engagement:budget", pk)


class RetirerScenario(IngenierieView):
    """Take out a scenario that is not kept."""

    tab = "budget"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, scenario: int) -> HttpResponse:
        found = _scenario(self, scenario)
        remove_scenario_budget(found, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, f"Le scénario « {found} » est retiré ; le journal garde ce qu’il disait.")
        return redirect("engagement:budget_scenarios", pk)
