"""What the pages of a session share: loading it for the actor, 404 when it is another DLA's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views import View

from core.actor import Actor
from core.errors import NotAllowed
from core.views.editing import VersionedUpdateView
from engagement.comite import permissions
from engagement.comite.enums import SEANCE_OUVERTE
from engagement.comite.models import MembreComite, PointComite, SeanceComite
from engagement.comite.services.seances import OVER


def load(actor: Actor, pk: int) -> SeanceComite:
    """The session ``pk`` if ``actor`` may read it; else ``Http404``."""
    return get_object_or_404(SeanceComite.objects.visible_to(actor).select_related("organisation"), pk=pk)


def refusal_of(actor: Actor, seance: SeanceComite) -> str:
    """Why ``actor`` may not change this session now, or ``""``."""
    return permissions.why_not_manage_seance(actor, seance.organisation) or (
        "" if seance.state in SEANCE_OUVERTE else OVER
    )


class SeanceView(View):
    """A page of one session: ``self.actor``, ``self.seance``; POST asks that it may be changed."""

    writes = False

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.actor: Actor = request.actor
        self.seance = load(self.actor, kwargs["pk"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.writes or request.method == "POST":
            refusal = self.refusal()
            if refusal:
                raise NotAllowed(refusal)
        return super().dispatch(request, *args, **kwargs)

    def refusal(self) -> str:
        return refusal_of(self.actor, self.seance)

    def membre(self, pk: int) -> MembreComite:
        """A member of this very session, or ``Http404``."""
        found = get_object_or_404(MembreComite, seance=self.seance, pk=pk)
        found.seance = self.seance
        return found

    def point(self, pk: int) -> PointComite:
        """A point of this very session, or ``Http404``."""
        found = get_object_or_404(
            PointComite.objects.select_related("ingenierie__pilote", "ingenierie__referent"), seance=self.seance, pk=pk
        )
        found.seance = self.seance
        return found

    def page(self, template: str, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
        return render(self.request, template, {"seance": self.seance, **(context or {})}, status=status)

    def back(self, anchor: str = "") -> HttpResponse:
        url = reverse("comite:seance", args=[self.seance.pk])
        return redirect(f"{url}#{anchor}" if anchor else url)


class SeanceEdit(VersionedUpdateView):
    """Editing a part of a session."""

    template_name = "engagement/comite/edit.html"
    help_text = ""
    anchor = ""

    def get_object(self) -> Any:
        self.seance = load(self.actor, self.kwargs["pk"])
        return self.find()

    def find(self) -> Any:
        """What is edited; ``Http404`` when it is not of this session."""
        return self.seance

    def refusal(self, obj: Any) -> str:
        return refusal_of(self.actor, self.seance)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        kwargs["initial"] = {**kwargs.get("initial", {}), "version": self.object.version}
        return kwargs

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(seance=self.seance, help_text=self.help_text, **context)

    def get_success_url(self) -> str:
        url = reverse("comite:seance", args=[self.seance.pk])
        return f"{url}#{self.anchor}" if self.anchor else url
