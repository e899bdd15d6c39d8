"""The C2RA opens its région to the public, or closes it; the prestataire takes its fiche out of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_POST

from core import journal
from core.errors import InvalidInput
from core.formats import format_date, plural
from core.forms import OUT_OF_DATE
from core.views.actions import posted_version
from partners.portfolio.fiche import permissions
from partners.portfolio.prestataire.views import EspaceView
from partners.portfolio.publication.models import Publication
from partners.portfolio.publication.views.publications import region_of
from partners.portfolio.vitrine import selection, services


@require_http_methods(["GET", "HEAD", "POST"])
def ouverture(request: HttpRequest) -> HttpResponse:
    """Is my région open to the public? What opening it shows, who decided, and the button."""
    region = region_of(request)
    if request.method == "POST":
        return _decide(request, region)
    found = services.ouverture_of(region)
    agreed = selection.consenting(region).count()
    current = Publication.objects.current().filter(region=region).count()
    return render(
        request,
        "portfolio/vitrine/ouverture.html",
        {
            "region": region,
            "ouverture": found,
            "since": format_date(found.changed_at),
            "agreed": plural(agreed, "fiche"),
            "current": current,
            "why_not": permissions.why_not_review(request.actor, region) or "",
            "timeline": journal.describe(journal.entries_for(found)[:20]) if found.pk else [],
        },
    )


def _decide(request: HttpRequest, region) -> HttpResponse:
    version, action = posted_version(request), request.POST.get("action", "")
    if action not in ("ouvrir", "fermer"):
        raise InvalidInput(OUT_OF_DATE)
    services.set_open(region, action == "ouvrir", actor=request.actor, expected_version=version)
    if action == "ouvrir":
        messages.success(request, "Le portefeuille de votre région est ouvert au public.")
    else:
        messages.success(request, "Le portefeuille de votre région n’est plus montré au public.")
    return redirect("portfolio:ouverture")


@method_decorator(require_POST, name="dispatch")
class Public(EspaceView):
    """Take my fiche out of the public pages at once, or put it back."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        withdrawn = request.POST.get("action") != "remettre"
        services.set_withdrawn(self.prestataire, withdrawn, actor=self.actor)
        if withdrawn:
            messages.success(request, "Votre fiche n’est plus montrée au public. Les DLA la lisent toujours.")
        else:
            messages.success(request, "Votre fiche est de nouveau montrée au public, comme vous l’aviez choisi.")
        return redirect("portfolio:espace_prestataire", pk)
