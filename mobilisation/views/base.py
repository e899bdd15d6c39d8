"""What the pages of the tab « Projet d'intervention » share."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from core.errors import InvalidInput
from core.views.editing import VersionedUpdateView
from projects.views.base import IngenierieMixin, IngenierieView

TAB = "projet_intervention"


class EditView(IngenierieMixin, VersionedUpdateView):
    """Edits one section; contributors only, two people at once are told."""

    tab = TAB
    writes = True
    template_name = "mobilisation/edit.html"
    help_text = ""
    anchor = ""
    #: Route and name of the page in between, for the breadcrumb (the tab's page when empty).
    back_route = "mobilisation:projet"

    def get_success_url(self) -> str:
        url = reverse(self.back_route, args=[self.ingenierie.pk])
        return f"{url}#{self.anchor}" if self.anchor else url

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(**self.header(), help_text=self.help_text, submit_label="", **context)


class CreateView(IngenierieView):
    """Adds one more thing to the ingénierie: a page with a form, then back to the list."""

    tab = TAB
    writes = True
    form_class: type
    page_title = ""
    help_text = ""
    submit = "Ajouter"
    back_route = "mobilisation:projet"
    anchor = ""
    success_message = ""

    def get_form(self, data: Any = None) -> Any:
        return self.form_class(data)

    def create(self, form: Any) -> Any:
        raise TypeError(f"{type(self).__name__}.create manque.")

    def get_success_url(self) -> str:
        url = reverse(self.back_route, args=[self.ingenierie.pk])
        return f"{url}#{self.anchor}" if self.anchor else url

    def show(self, form: Any, *, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "page_title": self.page_title,
            "help_text": self.help_text,
            "submit_label": self.submit,
            "cancel_url": self.get_success_url(),
            "conflict": None,
        }
        return self.page("mobilisation/edit.html", context, status=status)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(self.get_form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            self.create(form)
        except InvalidInput as error:
            form.add_error(None, error.message)
            return self.show(form, status=422)
        messages.success(request, self.success_message)
        return redirect(self.get_success_url())
