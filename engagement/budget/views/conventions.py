"""The conventions with co-funders."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from core.errors import InvalidInput
from core.views.actions import posted_version
from engagement.budget.forms import ConventionEditForm, ConventionForm
from engagement.budget.models import ConventionCofinancement
from engagement.budget.services.conventions import add_convention, remove_convention, update_convention
from engagement.views import EngagementEdit
from projects.views.base import IngenierieView


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
            convention = add_convention(self.ingenierie, form.values(), actor=self.actor)
        except InvalidInput as error:
            form.add_error(None, error.message)
            return self.show(form, 422)
        messages.success(request, "La convention est ajoutée : joignez-y le document signé.")
        return redirect("engagement:convention", pk, convention.pk)


class ModifierConvention(EngagementEdit):
    """A convention with co-funders and its document."""

    tab = "budget"
    route = "engagement:budget"
    template_name = "engagement/budget/convention.html"
    form_class = ConventionEditForm
    page_title = "Convention avec des cofinanceurs"
    success_message = "La convention est enregistrée."

    def find(self) -> ConventionCofinancement:
        found = get_object_or_404(ConventionCofinancement, pk=self.kwargs["convention"], ingenierie=self.ingenierie)
        found.ingenierie = self.ingenierie
        return found

    def save(self, form: ConventionEditForm, expected_version: int) -> ConventionCofinancement:
        return update_convention(self.object, form.values(), actor=self.actor, expected_version=expected_version)

    def get_success_url(self) -> str:
        return super().get_success_url() + "#conventions"


class RetirerConvention(IngenierieView):
    """Take out a convention."""

    tab = "budget"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, convention: int) -> HttpResponse:
        found = get_object_or_404(ConventionCofinancement, pk=convention, ingenierie=self.ingenierie)
        found.ingenierie = self.ingenierie
        remove_convention(found, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, f"La {found} est retirée ; le journal garde ce qu’elle disait.")
        return redirect(reverse("engagement:budget", args=[pk]) + "#conventions")
