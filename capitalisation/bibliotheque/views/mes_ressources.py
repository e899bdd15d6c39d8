"""What my organisation deposited, and the openings that wait for its decision."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from capitalisation.bibliotheque import presenters
from capitalisation.bibliotheque.enums import EtatRessource
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.permissions import why_not_deposit
from capitalisation.bibliotheque.services.demandes import asked_of
from core import listing


@require_safe
def mes_ressources(request: HttpRequest) -> HttpResponse:
    """By state, with what each waits for; those asked of me first."""
    actor = request.actor
    state = request.GET.get("etat", "")
    mine = Ressource.objects.filter(contributeur=actor.organisation_id) if actor.organisation_id else (
        Ressource.objects.none()
    )  # fmt: skip
    shown = mine.filter(state=state) if state in EtatRessource.values else mine
    page = listing.paginate(shown.order_by("-state_since", "-pk"), request)
    counts = dict.fromkeys(EtatRessource.values, 0)
    counts |= dict(mine.order_by().values_list("state").annotate(Count("pk")))
    context = {
        "page": page,
        "rows": presenters.rows(page.object_list),
        "asked": presenters.rows(asked_of(actor)[: listing.PAGE_SIZE]),
        "states": [
            {"code": code, "label": label, "count": counts[code], "current": code == state}
            for code, label in EtatRessource.choices
            if counts[code]
        ],
        "all_shown": state not in EtatRessource.values,
        "total": sum(counts.values()),
        "can_deposit": not why_not_deposit(actor),
    }
    return render(request, "capitalisation/bibliotheque/mes_ressources.html", context)
