"""What the pages of a session share: loading it for the actor, 404 when it is another DLA's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views import View

from core.actor import Actor
from core.errors import NotAllowed
from core.views.editing import CreateView, VersionedUpdateView
from engagement.comite import permissions
from engagement.comite.models import MembreComite, PointComite, SeanceComite


class SeanceMixin:
    """For class views of one session: ``self.actor``, ``self.seance``; POST (or ``writes``) asks that it may be
    changed. ``anchor`` is the part of its page one goes back to."""

    writes = False
    anchor = ""
    request: HttpRequest

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.actor: Actor = request.actor
        found = SeanceComite.objects.visible_to(self.actor).select_related("organisation")
        self.seance = get_object_or_404(found, pk=kwargs["pk"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.writes or request.method == "POST":
            self.check_writes()
        return super().dispatch(request, *args, **kwargs)

    def check_writes(self) -> None:
        """Raise ``NotAllowed`` unless the actor may change the session now."""
        if refusal := self.why_not_write():
            raise NotAllowed(refusal)

    def why_not_write(self) -> str:
        """Why the actor may not change the session now, or ``""``."""
        return permissions.why_not_manage_seance(self.actor, self.seance.organisation) or self.seance.why_frozen

    def find_membre(self) -> MembreComite:
        """The member that the address names, of this very session; or ``Http404``."""
        found = get_object_or_404(MembreComite, seance=self.seance, pk=self.kwargs["membre"])
        found.seance = self.seance
        return found

    def find_point(self) -> PointComite:
        """The point that the address names, of this very session; or ``Http404``."""
        found = get_object_or_404(
            PointComite.objects.select_related("ingenierie__pilote", "ingenierie__referent"),
            seance=self.seance,
            pk=self.kwargs["point"],
        )
        found.seance = self.seance
        return found

    def get_success_url(self) -> str:
        url = reverse("comite:seance", args=[self.seance.pk])
        return f"{url}#{self.anchor}" if self.anchor else url


class SeanceView(SeanceMixin, View):
    """A page of one session."""

    def page(self, template: str, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
        return render(self.request, template, {"seance": self.seance, **(context or {})}, status=status)

    def back(self) -> HttpResponse:
        return redirect(self.get_success_url())


class _OfSeance(SeanceMixin):
    writes = True
    template_name = "engagement/comite/edit.html"
    help_text = ""

    def get_object(self) -> Any:
        return self.seance

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(seance=self.seance, help_text=self.help_text, **context)


class SeanceEdit(_OfSeance, VersionedUpdateView):
    """Editing a part of a session."""


class SeanceCreate(_OfSeance, CreateView):
    """Adding something to a session."""
