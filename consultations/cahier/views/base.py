"""What the pages of the cahier des charges share."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from consultations.cahier.models import CahierDesCharges
from projects.dossier.views.base import IngenierieView

TAB = "cahier_des_charges"


class CahierView(IngenierieView):
    """A page of the tab: ``self.cahier`` is the cahier of the ingénierie (404 without one)."""

    tab = TAB

    def setup(self, request, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.cahier = cahier_of(self.ingenierie)


def cahier_of(ingenierie) -> CahierDesCharges:
    """The cahier of an ingénierie already loaded for the actor; else ``Http404``."""
    cahier = CahierDesCharges.objects.filter(ingenierie=ingenierie).first()
    if cahier is None:
        raise Http404
    cahier.ingenierie = ingenierie
    return cahier
