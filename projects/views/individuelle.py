"""Opening an ingénierie individuelle: the structure, then what is needed to begin."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from core import listing
from core.errors import NotAllowed
from projects import permissions, services
from projects.enums import Origine
from projects.forms import IndividuelleForm
from projects.views.listing import WHO_OPENS
from structures.annuaire.annuaire import STRUCTURES
from structures.annuaire.models import Structure


@require_GET
def choisir(request: HttpRequest) -> HttpResponse:
    """Choose the structure in the directory."""
    if not permissions.can_create(request.actor):
        raise NotAllowed(WHO_OPENS)
    q = request.GET.get("q", "")[:200]
    found = Structure.objects.directory_of(request.actor).active().search(q).with_list_related_data()
    page = listing.paginate(found.order_by("search_text", "pk"), request)
    context: dict[str, Any] = {
        "q": q,
        "page": page,
        "rows": STRUCTURES.rows(page.object_list),
        "counter": page.paginator.counter("structure"),
        "capped": page.paginator.capped,
        "several": not request.actor.organisation.is_dla,
    }
    return listing.render_list(
        request, "projects/individuelle_choix.html", "projects/individuelle_choix_resultats.html", context
    )


@require_http_methods(["GET", "POST"])
def ouvrir(request: HttpRequest, structure: int) -> HttpResponse:
    """Open it for one structure of one's own directory (404 for another)."""
    actor = request.actor
    found = Structure.objects.directory_of(actor).active().with_list_related_data().filter(pk=structure).first()
    if found is None:
        raise Http404
    if not permissions.can_create(actor):
        raise NotAllowed(WHO_OPENS)
    if request.method == "GET":
        form = IndividuelleForm(actor=actor, initial={"titre": services.default_title(found)})
        return render(request, "projects/individuelle_nouvelle.html", {"form": form, "structure": found})
    form = IndividuelleForm(request.POST, actor=actor)
    if not form.is_valid():
        context = {"form": form, "structure": found}
        return render(request, "projects/individuelle_nouvelle.html", context, status=422)
    data = form.cleaned_data
    with transaction.atomic():
        already = services.opened_just_now(actor, data["titre"], actor.organisation)
        if already is not None:
            messages.info(request, "Vous veniez d’ouvrir cette ingénierie : la voici.")
            return redirect("projects:detail", already.pk)
        ingenierie = services.open_individuelle(
            found,
            actor=actor,
            titre=data["titre"],
            themes=data["themes"],
            values={name: data[name] for name in ("charge_mission", "date_debut", "date_fin")},
            problematique={"besoins": data["besoins"], "origines": [Origine.STRUCTURES]} if data["besoins"] else None,
        )
    messages.success(request, "L’ingénierie individuelle est ouverte. Commencez par l’accueil et le diagnostic.")
    return redirect("projects:detail", ingenierie.pk)
