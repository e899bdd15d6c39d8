"""The page of one resource, for whoever may read it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.registry import PANNEAUX
from core.views.open import open_to_all


@open_to_all
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One resource, its panels; 404 for whoever may not read it."""
    actor = request.actor
    ressource = get_object_or_404(Ressource.objects.visible_to(actor).select_related("contributeur", "region"), pk=pk)
    panneaux = [shown for panel in PANNEAUX if (shown := panel(ressource, actor)) is not None]
    return render(request, "capitalisation/bibliotheque/page.html", {"ressource": ressource, "panneaux": panneaux})
