"""What an organisation's papers say of it: its logo, and for a C2RA the funders of the région."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions, services
from accounts.forms import LogoForm
from accounts.letterhead import c2ra_of, letterhead
from accounts.models import Logo, Organisation
from accounts.views.organisations import visible
from core.documents import data_uri
from core.errors import NotAllowed
from core.views.editing import CreateView


def _papers(organisation: Organisation) -> str:
    return reverse("accounts:papiers", args=[organisation.pk])


def _row(logo: Logo) -> dict[str, Any]:
    return {
        "uri": data_uri(bytes(logo.image), "image/png"),
        "alt": logo.alt,
        "remove_url": reverse("accounts:logo_retirer", args=[logo.organisation_id, logo.pk]),
    }


@require_safe
def papiers(request: HttpRequest, pk: int) -> HttpResponse:
    """The head of the papers as it is printed, and what one may change of it."""
    found = visible(request.actor, pk)
    own = Logo.objects.own(found).first()
    context = {
        "organisation": found,
        "header": letterhead(found),
        "manages": not permissions.manage_refusal(request.actor, found),
        "refusal": permissions.manage_refusal(request.actor, found),
        "own": _row(own) if own else None,
        "funders": [_row(logo) for logo in Logo.objects.funders(found)] if found.is_c2ra else [],
        "c2ra": None if found.is_c2ra else c2ra_of(found.region_id),
    }
    return render(request, "accounts/papiers.html", context)


class LogoCreate(CreateView):
    """One more logo; the organisation's own takes the place of the one before."""

    form_class = LogoForm
    template_name = "accounts/logo_form.html"
    page_title = "Mettre un logo"
    submit_label = "Mettre ce logo"
    success_message = "Le logo est sur vos papiers."
    error_field = "fichier"

    def get_object(self) -> Organisation:
        return visible(self.actor, self.kwargs["pk"])

    def refusal(self, obj: Organisation) -> str:
        return permissions.manage_refusal(self.actor, obj)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "organisation": self.object}

    def save(self, form: LogoForm) -> Logo:
        told = form.cleaned_data
        return services.add_logo(
            self.object,
            told["fichier"],
            alt=told["alt"],
            financeur=told.get("financeur") == LogoForm.FINANCEUR,
            actor=self.actor,
        )

    def get_success_url(self) -> str:
        return _papers(self.object)


@require_POST
def logo_retirer(request: HttpRequest, pk: int, logo_pk: int) -> HttpResponse:
    """Take a logo off the papers."""
    found = visible(request.actor, pk)
    refusal = permissions.manage_refusal(request.actor, found)
    if refusal:
        raise NotAllowed(refusal)
    logo = get_object_or_404(Logo.objects.filter(organisation=found), pk=logo_pk)
    services.remove_logo(logo, actor=request.actor)
    messages.success(request, "Le logo est retiré des prochains documents.")
    return redirect(_papers(found))
