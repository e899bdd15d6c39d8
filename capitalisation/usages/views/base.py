"""What the pages about one resource share: 404 for whoever may not read it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from capitalisation.bibliotheque.models import Ressource
from core.actor import Actor


class RessourceMixin:
    """``self.ressource``: read by the actor. ``anchor``: the part of its page one comes back to."""

    anchor = ""
    help_text = ""
    template_name = "capitalisation/usages/edit.html"
    actor: Actor
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = Ressource.objects.visible_to(request.actor).select_related("contributeur", "auteur", "region")
        self.ressource = get_object_or_404(rows, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self) -> str:
        return reverse("bibliotheque:ressource", args=[self.ressource.pk]) + self.anchor

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(**{"ressource": self.ressource, "help_text": self.help_text, **context})
