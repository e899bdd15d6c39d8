"""The conventions with co-funders."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from core.views.actions import posted_version
from engagement.budget.forms import ConventionEditForm, ConventionForm
from engagement.budget.models import ConventionCofinancement
from engagement.budget.registry import CONVENTIONS_CONNUES
from engagement.budget.services.conventions import (
    add_convention,
    cofinanceurs_known,
    remove_convention,
    update_convention,
)
from projects.dossier.views.base import IngenierieView
from projects.dossier.views.editing import IngenierieCreate, IngenierieEdit


class AjouterConvention(IngenierieCreate):
    """A new convention with co-funders."""

    tab = "budget"
    route = "engagement:budget"
    anchor = "conventions"
    form_class = ConventionForm
    page_title = "Convention avec des cofinanceurs"
    help_text = "Une fois enregistrée, vous y joindrez le document signé."
    submit_label = "Enregistrer"
    success_message = "La convention est ajoutée : joignez-y le document signé."

    def get_proposals(self) -> dict[str, Any]:
        known = cofinanceurs_known(self.ingenierie)
        for read in CONVENTIONS_CONNUES:
            known |= {name: value for name, value in read(self.ingenierie).items() if value}
        return known

    def save(self, form: ConventionForm) -> ConventionCofinancement:
        return add_convention(self.ingenierie, form.values(), actor=self.actor)

    def get_success_url(self) -> str:
        if self.created is None:
            return super().get_success_url()
        return reverse("engagement:convention", args=[self.ingenierie.pk, self.created.pk])


class ModifierConvention(IngenierieEdit):
    """A convention with co-funders and its document."""

    tab = "budget"
    route = "engagement:budget"
    anchor = "conventions"
    template_name = "engagement/budget/convention.html"
    form_class = ConventionEditForm
    page_title = "Convention avec des cofinanceurs"
    success_message = "La convention est enregistrée."

    def get_object(self) -> ConventionCofinancement:
        found = get_object_or_404(ConventionCofinancement, pk=self.kwargs["convention"], ingenierie=self.ingenierie)
        found.ingenierie = self.ingenierie
        return found

    def save(self, form: ConventionEditForm, expected_version: int) -> ConventionCofinancement:
        return update_convention(self.object, form.values(), actor=self.actor, expected_version=expected_version)


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
