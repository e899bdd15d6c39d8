"""What the pages of one resource share: loaded for who may read it, else a 404."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views import View

from capitalisation.bibliotheque.models import Ressource
from core.actor import Actor


def find(actor: Actor, pk: int) -> Ressource:
    """The resource ``pk``, if ``actor`` may read it; else ``Http404``."""
    related = ("contributeur__region", "region", "recit", "ingenierie", "auteur")
    return get_object_or_404(Ressource.objects.visible_to(actor).select_related(*related), pk=pk)


class RessourceMixin:
    """``self.actor``, ``self.ressource`` (404 when it is not for her)."""

    request: HttpRequest

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.actor: Actor = request.actor
        self.ressource = find(self.actor, kwargs["pk"])

    def address(self, route: str = "bibliotheque:ressource", anchor: str = "") -> str:
        url = reverse(route, args=[self.ressource.pk])
        return f"{url}#{anchor}" if anchor else url

    def get_success_url(self) -> str:
        return self.address()


class RessourceView(RessourceMixin, View):
    """A page of one resource."""
