"""Editing a part of an ingénierie and adding something to it, under its header, for every floor above; opening one."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.views.editing import CreateView, VersionedUpdateView
from projects.dossier.views.base import IngenierieMixin
from projects.ingenierie import permissions


class _OfIngenierie(IngenierieMixin):
    """``tab`` is the code of the tab; ``route`` (and ``anchor``) the page one goes back to."""

    writes = True
    template_name = "projects/edit.html"
    route = ""
    anchor = ""
    help_text = ""

    def get_success_url(self) -> str:
        url = reverse(self.route, args=[self.ingenierie.pk])
        return f"{url}#{self.anchor}" if self.anchor else url

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(**{**self.header(), "help_text": self.help_text, **context})


class IngenierieEdit(_OfIngenierie, VersionedUpdateView):
    """Edits one part; two people at once are told."""


class IngenierieCreate(_OfIngenierie, CreateView):
    """Adds one more thing: ``self.object`` is the ingénierie itself unless ``get_object`` says otherwise."""

    def get_object(self) -> Any:
        return self.ingenierie


class IngenierieOpen(CreateView):
    """Opens an ingénierie."""

    def refusal(self, obj: Any) -> str:
        return permissions.why_not_create(self.actor) or ""

    def get_success_url(self) -> str:
        return reverse("projects:detail", args=[self.created.pk])

    def get_cancel_url(self) -> str:
        return reverse("projects:list")
