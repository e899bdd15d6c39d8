"""The scenarios of the budget: compared, added, kept, taken out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from core.errors import EditConflict, InvalidInput
from core.views.editing import conflict_form
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
from engagement.views import EngagementEdit, posted_version
from projects.views.base import IngenierieView


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


class AjouterScenario(IngenierieView):
    """A new scenario, empty or from the lines of another."""

    tab = "budget"
    writes = True

    def show(self, form: Any, status: int = 200, conflict: Any = None) -> HttpResponse:
        context = {
            "form": form,
            "conflict": conflict,
            "page_title": "Nouveau scénario de budget",
            "help_text": "Un scénario se chiffre à côté du budget retenu, sans le changer. Vous le retiendrez, ou non.",
            "submit_label": "Enregistrer",
            "cancel_url": reverse("engagement:budget", args=[self.ingenierie.pk]),
        }
        return self.page("projects/edit.html", context, status=status)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(ScenarioBudgetAddForm(ingenierie=self.ingenierie, initial={"version": _version(self)}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = ScenarioBudgetAddForm(request.POST, ingenierie=self.ingenierie)
        raw = request.POST.get("copie", "")
        if raw and not (
            raw.isascii() and raw.isdigit() and len(raw) <= 18 and form.fields["copie"].queryset.filter(pk=raw).exists()
        ):
            raise Http404
        if not form.is_valid():
            return self.show(form, 422)
        values = form.values()
        copy_of = values.pop("copie", None)
        try:
            scenario = add_scenario_budget(
                self.ingenierie,
                values,
                actor=self.actor,
                copy_of=copy_of,
                expected_version=form.cleaned_data["version"],
            )
        except EditConflict as error:
            again, conflict = conflict_form(form, error)
            return self.show(again, 409, conflict)
        except InvalidInput as error:
            form.add_error(None, error.message)
            return self.show(form, 422)
        messages.success(request, f"Le scénario « {scenario} » est ouvert : il n’est pas retenu.")
        return redirect(reverse("engagement:budget", args=[pk]) + f"?scenario={scenario.pk}")


class ModifierScenario(EngagementEdit):
    """Rename a scenario, say what is particular to it."""

    tab = "budget"
    route = "engagement:budget_scenarios"
    form_class = ScenarioBudgetForm
    page_title = "Scénario de budget"
    success_message = "Le scénario est enregistré."

    def find(self) -> ScenarioBudget:
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
            current = self.find()
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
