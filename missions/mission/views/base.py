"""What the pages of a mission share: the mission is its signed convention, read by the team of the dossier or by the
people of the prestataire; 404 for anybody else."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views import View

from core.actor import Actor
from core.errors import NotAllowed
from core.views.editing import CreateView, VersionedUpdateView
from missions.conventions.models import Convention
from missions.mission.permissions import why_not_follow, why_not_running
from missions.mission.registry import SALLES
from projects.dossier.views.base import IngenierieMixin, IngenierieView
from projects.dossier.views.editing import IngenierieCreate, IngenierieEdit

TAB = "mission"


class MissionMixin(IngenierieMixin):
    """``self.convention``: signed, of this ingénierie. ``salle``: the code of the room, in :data:`SALLES`."""

    tab = TAB
    salle = ""
    related = ("pilote__region",)
    anchor = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.convention: Convention = get_object_or_404(
            Convention.objects.signed().select_related("choix__prestataire", "version_cahier"),
            pk=kwargs["convention"],
            ingenierie=self.ingenierie,
        )
        self.convention.ingenierie = self.ingenierie

    def check_writes(self) -> None:
        super().check_writes()
        if refusal := why_not_follow(self.actor, self.convention):
            raise NotAllowed(refusal)

    def page(self, template: str, context: dict[str, Any] | None = None, **kwargs: Any) -> HttpResponse:
        shown = {"convention": self.convention, "salles": self.salles(), "can_write": self.can_write}
        return super().page(template, {**shown, **(context or {})}, **kwargs)

    @property
    def can_write(self) -> bool:
        return not why_not_follow(self.actor, self.convention)

    def salles(self) -> list[dict[str, Any]]:
        return [
            {"label": salle.label, "url": self.address(salle.route), "current": code == self.salle}
            for code, salle in SALLES.items()
        ]

    def address(self, route: str = "missions:mission", *more: Any) -> str:
        return reverse(route, args=[self.ingenierie.pk, self.convention.pk, *more])

    def get_success_url(self) -> str:
        salle = SALLES.get(self.salle)
        url = self.address(salle.route if salle else "missions:mission")
        return f"{url}#{self.anchor}" if self.anchor else url


class MissionView(MissionMixin, IngenierieView):
    """A page of the mission, for the team."""


class MissionEdit(MissionMixin, IngenierieEdit):
    """Editing something of the mission, for the team."""


class MissionCreate(MissionMixin, IngenierieCreate):
    """Adding something to the mission, for the team."""

    def get_object(self) -> Any:
        return self.convention


class EspaceMissionMixin:
    """The same for the people of the prestataire: ``self.convention``, and ``self.closed``: why nothing is written any
    more, or ``""``. Its addresses hold the pk of the convention alone, under ``/missions/``."""

    salle = ""
    writes = False
    request: HttpRequest

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.actor: Actor = request.actor
        self.convention: Convention = get_object_or_404(
            Convention.objects.for_prestataire(self.actor).select_related(
                "choix__prestataire", "ingenierie__pilote__region", "version_cahier"
            ),
            pk=kwargs["convention"],
        )
        self.closed = why_not_running(self.convention)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.writes or request.method == "POST":
            self.check_writes()
        return super().dispatch(request, *args, **kwargs)

    def check_writes(self) -> None:
        """Raise ``NotAllowed`` when the mission does not change any more."""
        if self.closed:
            raise NotAllowed(self.closed)

    def shown(self) -> dict[str, Any]:
        return {
            "convention": self.convention,
            "ingenierie": self.convention.ingenierie,
            "can_write": not self.closed,
            "refusal": self.closed,
            "salles": [
                {"label": salle.label, "url": self.address(salle.espace_route), "current": code == self.salle}
                for code, salle in SALLES.items()
                if salle.espace_route
            ],
        }

    def page(self, template: str, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
        return render(self.request, template, {**self.shown(), **(context or {})}, status=status)

    def address(self, route: str = "mission:mission", *more: Any) -> str:
        return reverse(route, args=[self.convention.pk, *more])

    def get_success_url(self) -> str:
        salle = SALLES.get(self.salle)
        return self.address(salle.espace_route if salle and salle.espace_route else "mission:mission")

    def back(self) -> HttpResponse:
        return redirect(self.get_success_url())


class EspaceMission(EspaceMissionMixin, View):
    """A page of the mission, for the prestataire."""

    @property
    def refusal(self) -> str:
        """The same as ``closed``, on a page that is no form (whose ``refusal`` answers for one object)."""
        return self.closed


class _EspaceForm(EspaceMissionMixin):
    writes = True
    template_name = "missions/mission/espace_edit.html"
    help_text = ""

    def get_object(self) -> Any:
        return self.convention

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(**{**self.shown(), "help_text": self.help_text, **context})


class EspaceMissionEdit(_EspaceForm, VersionedUpdateView):
    """Editing something of the mission, for the prestataire."""


class EspaceMissionCreate(_EspaceForm, CreateView):
    """Adding something to the mission, for the prestataire."""
