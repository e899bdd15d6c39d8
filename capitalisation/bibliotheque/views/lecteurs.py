"""Who reads a resource: opening it, asking for it, closing it; answering what was asked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from capitalisation.bibliotheque import presenters
from capitalisation.bibliotheque.services import lecteurs as services
from capitalisation.bibliotheque.views.page import Page
from core.errors import ConditionsNotMet, InvalidInput
from core.views.actions import posted_version


@method_decorator(require_POST, name="dispatch")
class Lecteurs(Page):
    """``geste``: ``ouvrir``, ``fermer`` or ``demander``, and for whom (``lecteurs``); ``decliner`` what was asked."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        version = posted_version(request)
        reason = request.POST.get("reason", "")
        try:
            said = self.do(request.POST.get("geste", ""), request.POST.get("lecteurs", ""), reason, version)
        except (ConditionsNotMet, InvalidInput) as error:
            return self.show(status=error.status, refused=error, reason=reason)
        messages.success(request, said)
        return redirect(self.address(anchor="lecteurs"))

    def do(self, geste: str, lecteurs: str, reason: str, version: int) -> str:
        how: dict[str, Any] = {"actor": self.actor, "expected_version": version}
        if geste in ("ouvrir", "fermer"):
            done = services.open_to(self.ressource, lecteurs, **how)
            return f"C’est fait. {presenters.LUE_PAR[done.lecteurs]}"
        if geste == "demander":
            services.ask(self.ressource, lecteurs, **how)
            return "L’ouverture est demandée : qui en décide est prévenu."
        if geste == "decliner":
            services.decline(self.ressource, reason=reason, **how)
            return "C’est noté : elle n’est pas ouverte à d’autres lecteurs."
        raise InvalidInput("Cette action n’existe pas : rechargez la page.")
