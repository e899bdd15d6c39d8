"""Around the budget: its scenarios side by side, what the comités d'appui saw, conventions, the spreadsheet."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from core.errors import EditConflict, InvalidInput
from core.formats import format_date, format_datetime, format_days, format_money_plain
from core.views.editing import conflict_form
from engagement import services, summary
from engagement.classeur import budget_workbook
from engagement.comparaison import compare
from engagement.enums import NatureCharge, NatureRessource
from engagement.forms import ConventionEditForm, ConventionForm, ScenarioBudgetAddForm, ScenarioBudgetForm
from engagement.models import Budget, ConventionCofinancement, ScenarioBudget, VersionBudget
from engagement.services.versions import content_of
from engagement.views.base import EngagementEdit, posted_version
from projects.enums import SensAvis
from projects.views.base import IngenierieView

money = format_money_plain


def _scenario(view: Any, pk: int) -> ScenarioBudget:
    found = get_object_or_404(ScenarioBudget, pk=pk, ingenierie=view.ingenierie)
    found.ingenierie = view.ingenierie
    return found


def _version(view: Any) -> int:
    return Budget.objects.filter(ingenierie=view.ingenierie).values_list("version", flat=True).first() or 0


class Scenarios(IngenierieView):
    """Every scenario in a column: charges and ressources by nature, balance in words, time valued apart."""

    tab = "budget"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = summary.scenarios(pk)

        def by_nature(sorte: str, labels: Any) -> list[dict[str, Any]]:
            columns = [lu.by_nature(sorte) for lu in found]
            return [
                {"label": label, "cells": [money(column.get(code)) for column in columns]}
                for code, label in labels.choices
                if any(code in column for column in columns)
            ]

        context = {
            "columns": [
                {
                    "s": lu.scenario,
                    "url": reverse("engagement:budget", args=[pk])
                    + ("" if lu.scenario.retenu else f"?scenario={lu.scenario.pk}"),
                    "charges": money(lu.balance.charges),
                    "ressources": money(lu.balance.ressources),
                    "phrase": lu.balance.phrase,
                    "ok": lu.balance.equilibre,
                    "dla": money(lu.credits_dla),
                    "obtenu": money(lu.total_obtenu),
                    "temps": " · ".join(
                        filter(
                            None,
                            (
                                format_days(lu.total_jours_valorises) if lu.valorisations else "",
                                money(lu.total_valorise) if lu.total_valorise else "",
                            ),
                        )
                    ),
                }
                for lu in found
            ],
            "charges": by_nature("charges", NatureCharge),
            "ressources": by_nature("ressources", NatureRessource),
            "budget_version": _version(self),
            "regime": found[0].regime if found else "TTC",
        }
        return self.page("engagement/budget_scenarios.html", context)


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
            scenario = services.add_scenario_budget(
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
            return services.update_scenario_budget(
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
        kept = services.keep_scenario_budget(
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
        services.remove_scenario_budget(found, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, f"Le scénario « {found} » est retiré ; le journal garde ce qu’il disait.")
        return redirect("engagement:budget_scenarios", pk)


def _shown(content: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    def row(line: dict[str, Any], *names: str) -> dict[str, Any]:
        return {
            "libelle": line["libelle"],
            "nature": line["nature"],
            "cells": [money(_decimal(line[name])) for name in names],
        }

    return {
        "charges": [row(c, "montant") for c in content["charges"]],
        "ressources": [row(r, "demande", "obtenu") for r in content["ressources"]],
        "valorisations": [
            {**row(v, "montant"), "jours": format_days(_decimal(v["jours"]))} for v in content["valorisations"]
        ],
    }


def _decimal(text: str | None) -> Any:
    return None if text is None else Decimal(text)


class Version(IngenierieView):
    """The budget as a comité d'appui saw it, and what changed since."""

    tab = "budget"

    def get(self, request: HttpRequest, pk: int, numero: int) -> HttpResponse:
        version = get_object_or_404(VersionBudget, ingenierie=self.ingenierie, numero=numero)
        then, now = version.data, content_of(summary.budget(pk))

        def balance(content: dict[str, Any]) -> summary.Balance:
            return summary.Balance(
                _decimal(content["total_charges"]), _decimal(content["total_ressources"]), content["montants_meles"]
            )

        context = {
            "version": version,
            "sens": SensAvis(version.sens).label,
            "date_avis": format_date(version.date_avis),
            "prise": f"Gardée le {format_datetime(version.prise_le)}, avis enregistré par {version.prise_par}.",
            "then": _shown(then),
            "regime": then["regime"],
            "scenario_nom": then["scenario"],
            "totaux": [
                {
                    "label": label,
                    "then": money(_decimal(then[name])),
                    "now": money(_decimal(now[name])),
                    "changed": then[name] != now[name],
                }
                for name, label in (
                    ("total_charges", "Total des charges"),
                    ("total_ressources", "Total des ressources"),
                )
            ],
            "phrase_then": balance(then).phrase,
            "phrase_now": balance(now).phrase,
            "ecarts": compare(then, now),
            "intacte": version.is_intact,
        }
        return self.page("engagement/budget_version.html", context)


class Classeur(IngenierieView):
    """The budget as a spreadsheet."""

    tab = "budget"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return budget_workbook(self.ingenierie, services.expected_organisations(self.ingenierie))


class AjouterConvention(IngenierieView):
    """A new convention with co-funders."""

    tab = "budget"
    writes = True

    def show(self, form: ConventionForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "conflict": None,
            "page_title": "Convention avec des cofinanceurs",
            "help_text": "Une fois enregistrée, vous y joindrez le document signé.",
            "submit_label": "Enregistrer",
            "cancel_url": reverse("engagement:budget", args=[self.ingenierie.pk]) + "#conventions",
        }
        return self.page("projects/edit.html", context, status=status)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(ConventionForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = ConventionForm(request.POST)
        if not form.is_valid():
            return self.show(form, 422)
        try:
            convention = services.add_convention(self.ingenierie, form.values(), actor=self.actor)
        except InvalidInput as error:
            form.add_error(None, error.message)
            return self.show(form, 422)
        messages.success(request, "La convention est ajoutée : joignez-y le document signé.")
        return redirect("engagement:convention", pk, convention.pk)


class ModifierConvention(EngagementEdit):
    """A convention with co-funders and its document."""

    tab = "budget"
    route = "engagement:budget"
    template_name = "engagement/convention.html"
    form_class = ConventionEditForm
    page_title = "Convention avec des cofinanceurs"
    success_message = "La convention est enregistrée."

    def find(self) -> ConventionCofinancement:
        found = get_object_or_404(ConventionCofinancement, pk=self.kwargs["convention"], ingenierie=self.ingenierie)
        found.ingenierie = self.ingenierie
        return found

    def save(self, form: ConventionEditForm, expected_version: int) -> ConventionCofinancement:
        return services.update_convention(
            self.object, form.values(), actor=self.actor, expected_version=expected_version
        )

    def get_success_url(self) -> str:
        return super().get_success_url() + "#conventions"


class RetirerConvention(IngenierieView):
    """Take out a convention."""

    tab = "budget"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, convention: int) -> HttpResponse:
        found = get_object_or_404(ConventionCofinancement, pk=convention, ingenierie=self.ingenierie)
        found.ingenierie = self.ingenierie
        services.remove_convention(found, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, f"La {found} est retirée ; le journal garde ce qu’elle disait.")
        return redirect(reverse("engagement:budget", args=[pk]) + "#conventions")
