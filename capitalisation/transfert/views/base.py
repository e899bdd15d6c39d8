"""What the pages of the capitalisation share: the rooms; 404 for anybody else."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse

from capitalisation.transfert.models import PlanTransfert
from capitalisation.transfert.permissions import why_not_write
from capitalisation.transfert.registry import SALLES_CAPITALISATION
from capitalisation.transfert.services.plan import plan_of
from core.errors import NotAllowed
from projects.dossier.views.base import IngenierieMixin, IngenierieView
from projects.dossier.views.editing import IngenierieCreate, IngenierieEdit

TAB = "capitalisation"
HOME = "capitalisation:transfert"


class CapitalisationMixin(IngenierieMixin):
    """``salle``: the code of the room, in :data:`SALLES_CAPITALISATION`; "" in that of the plan."""

    tab = TAB
    salle = ""
    related = ("pilote__region",)
    anchor = ""
    route = HOME

    def check_writes(self) -> None:
        if refusal := self.why_not():
            raise NotAllowed(refusal)

    def why_not(self) -> str:
        """Why nothing is written here, or ``""``."""
        return why_not_write(self.actor, self.ingenierie)

    def salles(self) -> list[dict[str, Any]]:
        return [
            {"label": salle.label, "url": self.address(salle.route), "current": code == self.salle}
            for code, salle in SALLES_CAPITALISATION.items()
        ]

    def header(self) -> dict[str, Any]:
        return {**super().header(), "salles": self.salles(), "salle": self.salle}

    def address(self, route: str = HOME, *more: Any) -> str:
        return reverse(route, args=[self.ingenierie.pk, *more])

    def get_success_url(self) -> str:
        salle = SALLES_CAPITALISATION.get(self.salle)
        url = self.address(salle.route if salle else HOME)
        return f"{url}#{self.anchor}" if self.anchor else url


class CapitalisationView(CapitalisationMixin, IngenierieView):
    """A page of the capitalisation."""


class CapitalisationEdit(CapitalisationMixin, IngenierieEdit):
    """Editing something of the capitalisation."""

    template_name = "capitalisation/edit.html"


class CapitalisationCreate(CapitalisationMixin, IngenierieCreate):
    """Adding something to the capitalisation."""

    template_name = "capitalisation/edit.html"


class PlanMixin(CapitalisationMixin):
    """``self.plan``: of this ingénierie; 404 before it is begun."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found = plan_of(self.ingenierie)
        if found is None:
            raise Http404
        self.plan: PlanTransfert = found
