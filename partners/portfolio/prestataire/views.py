"""What the pages of the « Espace prestataire » share: the prestataire, for its people only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views import View

from core.actor import Actor
from partners.portfolio.prestataire import permissions
from partners.portfolio.prestataire.models import Membre, Prestataire


class EspaceMixin:
    """Sets ``self.actor``, ``self.prestataire`` and ``self.membre``; a 404 for who does not belong to it."""

    request: HttpRequest

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.actor: Actor = request.actor
        self.prestataire: Prestataire = get_object_or_404(
            Prestataire.objects.of_person(self.actor.user_id).select_related("region"), pk=kwargs["pk"]
        )
        self.membre: Membre = permissions.belonging(self.actor, self.prestataire)

    def page(self, template: str, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
        base = {"prestataire": self.prestataire, "membre": self.membre}
        return render(self.request, template, {**base, **(context or {})}, status=status)


class EspaceView(EspaceMixin, View):
    """Base of the pages of a prestataire's own space."""
