"""What the pages of the final report share, for the team and for the prestataire."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from core.errors import NotAllowed
from missions.rapports.models import EtapeRapport, Preconisation, RapportFinal, ResultatRapport
from missions.rapports.permissions import why_not_write
from missions.rapports.services import rapport_of

SALLE = "rapports"


class RapportMixin:
    """Put before a view of the mission: ``self.rapport``, or ``None`` while nobody has begun it.

    ``espace`` names the namespace of the addresses; ``anchor`` the part of the page one goes back to.
    """

    salle = SALLE
    espace = "missions"
    anchor = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.rapport = rapport_of(self.convention)

    def route(self, name: str, *more: Any) -> str:
        return self.address(f"{self.espace}:{name}", *more)

    def get_success_url(self) -> str:
        url = self.route("rapport")
        return f"{url}#{self.anchor}" if self.anchor else url


class WriteMixin(RapportMixin):
    """A page that writes in the report: it must be begun, and open."""

    def begun(self) -> RapportFinal:
        """The report, or ``Http404``."""
        found = self.rapport
        if found is None:
            found = get_object_or_404(RapportFinal, convention=self.convention)
        return found

    def check_writes(self) -> None:
        super().check_writes()
        rapport = self.begun()
        if refusal := why_not_write(self.actor, rapport):
            raise NotAllowed(refusal)

    def find(self, model: type[Any], name: str) -> EtapeRapport | ResultatRapport | Preconisation:
        """The row that the address names, of this very report; or ``Http404``."""
        related = ("etape__etape",) if model is EtapeRapport else ()
        rows = model.objects.select_related(*related) if related else model.objects.all()
        found = get_object_or_404(rows, rapport=self.begun(), pk=self.kwargs[name])
        found.rapport = self.begun()
        return found
