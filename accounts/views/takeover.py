"""One organisation takes over another: what will move, then the act. For the administration."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts import permissions
from accounts.forms import TakeoverForm
from accounts.models import Organisation
from accounts.services.takeover import TakenOver, possible_successors, take_over
from core.errors import ConditionsNotMet
from core.views.editing import FormPage


class Reprise(FormPage):
    """Choose who takes over, read what will move and what stays, confirm."""

    form_class = TakeoverForm
    template_name = "accounts/organisation_reprise.html"
    preview: TakenOver | None = None

    def get_object(self) -> Organisation:
        if not permissions.runs_application(self.actor):
            raise Http404
        return get_object_or_404(Organisation.objects.filter(is_active=True), pk=self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "successors": possible_successors(self.object)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "confirmer" in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.form_class(**self.get_form_kwargs())
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            self.preview = take_over(self.object, **form.cleaned_data, actor=self.actor, trial=True)
        except ConditionsNotMet as error:
            return self.show(form, status=error.status, refused=error)
        return self.show(form)

    def call_service(self, form: TakeoverForm) -> None:
        take_over(self.object, **form.cleaned_data, actor=self.actor)
        kept = form.cleaned_data["kept"]
        messages.success(self.request, f"{kept} a repris {self.object}, qui est fermée. Les membres sont prévenus.")

    def done(self) -> HttpResponse:
        return redirect(self.get_success_url())

    def get_success_url(self) -> str:
        return reverse("portal:installation")

    def get_context(self, **context: Any) -> dict[str, Any]:
        chosen = context["form"].cleaned_data.get("kept") if self.preview else None
        return super().get_context(organisation=self.object, preview=self.preview, chosen=chosen, **context)
