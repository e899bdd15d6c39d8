"""The search of the library: for anybody what is open to everybody, for who signs in what she may read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from capitalisation.bibliotheque.permissions import why_not_deposit
from capitalisation.recherche import presenters
from capitalisation.recherche.recherche import TRIS, Criteres, Resultats, actions_connues, chercher
from core import listing
from core.exports import export_response
from core.views.open import absolute, open_to_all


def _context(request: HttpRequest, resultats: Resultats) -> dict[str, Any]:
    criteres = resultats.criteres
    page = listing.paginate(resultats.queryset, request)
    signed_in = request.actor.kind == "user"
    return {
        "criteres": criteres,
        "rows": presenters.lignes(resultats, page.object_list),
        "facettes": presenters.facettes(resultats),
        "compteur": presenters.compteur(resultats.total),
        "page": page,
        "tris": listing.options(list(TRIS.items()), criteres.tri),
        "pour": resultats.pour,
        "action": actions_connues().get(criteres.action, ""),
        "corrections": list(resultats.corrections.items()),
        "ignores": resultats.ignores,
        "connecte": signed_in,
        "depose": signed_in and why_not_deposit(request.actor) == "",
        "demande": f"?{criteres.query}" if criteres.query else "",
        **_public(resultats, page.number),
        "garder_url": f"{reverse('bibliotheque:recherche_garder')}?{criteres.query}",
    }


def _public(resultats: Resultats, number: int) -> dict[str, Any]:
    """What the engines are told: a search is a view of the list, only the list is to be found by them."""
    here, asked = reverse("bibliotheque:recherche"), resultats.criteres.query
    return {
        "canonical": absolute(here if asked or number == 1 else f"{here}?page={number}"),
        "flux_url": absolute(reverse("bibliotheque:flux")),
        "indexed": not asked and resultats.total > 0,
    }


@open_to_all
@require_safe
def recherche(request: HttpRequest) -> HttpResponse:
    """Words, facets, order and page are in the address; htmx swaps facets and results together."""
    resultats = chercher(request.actor, Criteres.read(request.GET))
    if "export" in request.GET and request.actor.kind == "user":
        rows = presenters.export(resultats.queryset.iterator(chunk_size=1000), settings.SITE_URL)
        return export_response("bibliotheque", presenters.EXPORT_HEADER, rows, request.GET["export"])
    context = _context(request, resultats)
    response = listing.render_list(
        request, "capitalisation/recherche/recherche.html", "capitalisation/recherche/resultats.html", context
    )
    if not context["indexed"]:
        response["X-Robots-Tag"] = "noindex"
    return response
