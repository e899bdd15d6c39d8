"""What the pages of a récit share, in its dossier or without one: finding it, its header, its addresses."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from capitalisation.recits.adresses import adresse, salle
from capitalisation.recits.models import Recit
from capitalisation.recits.permissions import why_not_write
from capitalisation.transfert.views.base import CapitalisationMixin
from core.actor import Actor
from core.errors import NotAllowed

SALLE = "recits"


class _Recit:
    """``self.recit``, and what every page shows of it."""

    recit: Recit
    actor: Actor

    def why_not(self) -> str:
        """Why nothing is written here, or ``""``."""
        return why_not_write(self.actor, self.recit)

    def adresse(self, name: str = "recit", *more: Any) -> str:
        return adresse(self.recit, name, *more)

    def get_success_url(self) -> str:
        anchor = getattr(self, "anchor", "")
        return f"{self.adresse()}#{anchor}" if anchor else self.adresse()

    def shown(self) -> dict[str, Any]:
        recit = self.recit
        return {
            "recit": recit,
            "recit_url": adresse(recit),
            "salle_url": salle(recit),
            "etat": recit.get_state_display(),
            "genre": recit.get_genre_display(),
        }


class DansDossier(_Recit, CapitalisationMixin):
    """Of an ingénierie read whole: 404 for anybody else, and for a récit of another dossier."""

    salle = SALLE
    base_template = "capitalisation/base.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found = Recit.objects.filter(ingenierie=self.ingenierie).select_related("organisation")
        self.recit = get_object_or_404(found, pk=kwargs["recit"])
        self.recit.ingenierie = self.ingenierie

    def header(self) -> dict[str, Any]:
        return {**super().header(), "base_template": self.base_template, **self.shown()}


class SansDossier(_Recit):
    """Of an organisation, without a dossier: 404 for anybody else. Put before a Django view."""

    base_template = "capitalisation/recits/base_seul.html"
    writes = False
    request: HttpRequest

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)  # type: ignore[misc]
        self.actor = request.actor
        found = Recit.objects.visible_to(self.actor).filter(ingenierie__isnull=True).select_related("organisation")
        self.recit = get_object_or_404(found, pk=kwargs["recit"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.writes or request.method == "POST":
            self.check_writes()
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def check_writes(self) -> None:
        if refusal := self.why_not():
            raise NotAllowed(refusal)

    def header(self) -> dict[str, Any]:
        return {"base_template": self.base_template, "can_contribute": not self.why_not(), **self.shown()}

    def page(self, template: str, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
        return render(self.request, template, {**self.header(), **(context or {})}, status=status)
