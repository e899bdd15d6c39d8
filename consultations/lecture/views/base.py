"""What the pages of the reading of one call share: loading it under its ingénierie, 404 for what one may not see."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from consultations.appel.models import Appel
from consultations.consultes.presenters import TAB
from consultations.lecture.candidats import Candidat, candidats
from consultations.lecture.permissions import reads_propositions
from projects.dossier.views.base import IngenierieMixin, IngenierieView
from projects.dossier.views.editing import IngenierieCreate, IngenierieEdit


class AppelMixin(IngenierieMixin):
    """``self.appel``, one of this very ingénierie; ``opened``: only for who may read its propositions now, else 404."""

    tab = TAB
    opened = False
    appel: Appel

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        found = Appel.objects.filter(ingenierie=self.ingenierie).select_related("version_diffusee")
        self.appel = get_object_or_404(found, pk=kwargs["appel_pk"])
        self.appel.ingenierie = self.ingenierie
        if self.opened and not reads_propositions(self.actor, self.appel):
            raise Http404

    def address(self, name: str, *args: Any) -> str:
        """A page of the reading of this call."""
        return reverse(f"consultations:{name}", args=[self.ingenierie.pk, self.appel.pk, *args])

    def candidat(self, invitation_pk: int) -> Candidat:
        """The candidate of this call that the address names, or ``Http404``."""
        found = next((c for c in candidats(self.appel) if c.invitation.pk == invitation_pk), None)
        if found is None:
            raise Http404
        return found


class AppelView(AppelMixin, IngenierieView):
    """A page of the reading of one call."""


class _OfAppel(AppelMixin):
    anchor = ""

    def get_success_url(self) -> str:
        url = self.address("lecture")
        return f"{url}#{self.anchor}" if self.anchor else url


class AppelEdit(_OfAppel, IngenierieEdit):
    """Editing something of the reading."""


class AppelCreate(_OfAppel, IngenierieCreate):
    """Adding something to the reading."""

    def get_object(self) -> Any:
        return self.appel
