"""What the pages of a convention share: loading it for the actor, 404 when it is another's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from core.errors import NotAllowed
from missions.conventions.models import Acte, Convention
from missions.conventions.permissions import why_not_decide
from projects.dossier.views.base import IngenierieMixin, IngenierieView
from projects.dossier.views.editing import IngenierieCreate, IngenierieEdit

TAB = "conventions"


class ConventionMixin(IngenierieMixin):
    """``self.convention``; ``decides`` says that only the pilot writes here, ``drafts`` that it must be a draft."""

    tab = TAB
    related = ("pilote__region",)
    decides = False
    drafts = False
    anchor = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.convention = get_object_or_404(
            Convention.objects.select_related("choix__prestataire", "version_cahier"),
            pk=kwargs["convention"],
            ingenierie=self.ingenierie,
        )
        self.convention.ingenierie = self.ingenierie

    def check_writes(self) -> None:
        super().check_writes()
        refusal = why_not_decide(self.ingenierie, self.actor) if self.decides else ""
        if self.drafts and not refusal:
            refusal = self.convention.why_frozen
        if refusal:
            raise NotAllowed(refusal)

    def find_acte(self) -> Acte:
        """The text that the address names, of this very convention; or ``Http404``."""
        found = get_object_or_404(
            Acte.objects.select_related("avenant"), convention=self.convention, pk=self.kwargs["acte"]
        )
        found.convention = self.convention
        if found.avenant_id:
            found.avenant.convention = self.convention
        return found

    def address(self, route: str = "missions:convention", *more: Any) -> str:
        return reverse(route, args=[self.ingenierie.pk, self.convention.pk, *more])

    def get_success_url(self) -> str:
        url = self.address()
        return f"{url}#{self.anchor}" if self.anchor else url


class ConventionView(ConventionMixin, IngenierieView):
    """A page of one convention."""


class ConventionEdit(ConventionMixin, IngenierieEdit):
    """Editing a part of a convention that is a draft."""

    drafts = True


class ConventionCreate(ConventionMixin, IngenierieCreate):
    """Adding something to a convention that is a draft."""

    drafts = True

    def get_object(self) -> Any:
        return self.convention
