"""Searching the portfolio, comparing, keeping favourites."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from core import clock, listing
from core.actor import Actor
from core.errors import NotAllowed
from core.exports import export_response
from core.formats import format_date
from core.text import whole_number
from partners.portfolio.fiche.documents import DOCUMENT_FICHE
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.reading import loaded, sections
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.prestataire.permissions import uses_portfolio, why_not_invite
from partners.portfolio.publication import besoin
from partners.portfolio.publication.enums import EtatPublication, Statut
from partners.portfolio.publication.exports import HEADER, full_rows
from partners.portfolio.publication.models import Publication
from partners.portfolio.publication.retenue import may_be_retained
from partners.recherche import index, presenters, services
from partners.recherche.recherche import TRIS, Demande, Recherche
from partners.recherche.registry import past_of, result_actions, sollicitations

MOST_COMPARED = 4
SEARCH = "recherche:recherche"


def _search(request: HttpRequest) -> Recherche:
    if not uses_portfolio(request.actor):
        raise NotAllowed("Le portefeuille est consulté par les DLA, les C2RA, les CNAR et l’AVISE.")
    return Recherche(Demande.read(request.GET), index.current(), request.actor)


def _empty(actor: Actor) -> dict[str, Any]:
    """What one may do when nobody is published: invite somebody, ask the C2RA."""
    may_ask = besoin.why_not_ask(actor) is None
    asked = besoin.last_asked(actor) if may_ask else None
    return {
        "invites": why_not_invite(actor) is None,
        "asks": may_ask and (asked is None or asked.not_sent) and bool(besoin.c2ra_addresses(actor)),
        "asked": asked,
    }


@require_POST
def demander(request: HttpRequest) -> HttpResponse:
    """Ask the C2RA of the région for prestataires."""
    if besoin.ask(actor=request.actor):
        messages.success(request, "La demande part au C2RA de votre région : il invite et publie les prestataires.")
    else:
        messages.info(request, "Votre organisation l’a déjà demandé cette semaine.")
    return redirect("recherche:recherche")


#: What a search posts or asks that is no part of its address.
_NOT_OF_THE_SEARCH = ("csrfmiddlewaretoken", "vers", "page", "export", "contenu", "retour")


def address(route: str, data: QueryDict, *, criteria: bool = True, ticks: bool = True, **more: str) -> str:
    """The address of ``route`` for the criteria and the ticks of ``data``, or one of the two, and for ``more``."""
    params = QueryDict(mutable=True)
    for name, values in data.lists():
        if name not in _NOT_OF_THE_SEARCH and (ticks if name == "p" else criteria) and any(values):
            params.setlist(name, values)
    for name, value in more.items():
        params[name] = value
    return reverse(route) + (f"?{params.urlencode()}" if params else "")


def _page_of(number: int) -> dict[str, str]:
    return {"page": str(number)} if number > 1 else {}


def _onward(request: HttpRequest) -> str:
    """Where a button of the search leads with what is ticked; empty when it only searches."""
    to = request.GET.get("vers", "")
    if to == "effacer":
        return address(SEARCH, request.GET, criteria=False)
    if to == "decocher":
        return address(SEARCH, request.GET, ticks=False)
    if to == "comparer":
        return address("recherche:comparer", request.GET)
    if to in {action.route for action in result_actions(request.actor)}:
        return address(to, request.GET, criteria=False, retour=address(SEARCH, request.GET))
    return ""


@require_GET
def recherche(request: HttpRequest) -> HttpResponse:
    """The search with its facets; htmx swaps facets and results together. What is ticked stays in its address."""
    search = _search(request)
    onward = _onward(request)
    if onward:
        return HttpResponseClientRedirect(onward) if request.htmx else redirect(onward)
    if "export" in request.GET and request.GET.get("contenu") == "complet":
        keys = [entry.publication for entry in search.ordered()]
        return export_response("portefeuille", HEADER, full_rows(keys), request.GET["export"])
    if "export" in request.GET:
        return export_response(
            "prestataires",
            presenters.EXPORT_HEADER,
            presenters.export_rows(search.ordered()),
            request.GET["export"],
        )
    page = listing.paginate(search.ordered(0, listing.CAP + 1), request)
    context = {
        "empty": _empty(request.actor) if not page.object_list else {},
        "demande": search.demande,
        "tri": search.demande.tri,
        "tris": listing.options(list(TRIS.items()), search.demande.tri),
        "facets": presenters.facets(search),
        "rows": presenters.rows(search, page.object_list),
        "ticked": presenters.ticked(search, page.object_list),
        "page": page,
        "counter": page.paginator.counter("prestataire"),
        "capped": page.paginator.capped,
        "region": search.region,
        "n_favoris": len(search.favourites),
        "here": address(SEARCH, request.GET, **_page_of(page.number)),
        "most_compared": MOST_COMPARED,
        "actions": result_actions(request.actor),
    }
    return listing.render_list(request, "recherche/recherche.html", "recherche/resultats.html", context)


@require_GET
def comparer(request: HttpRequest) -> HttpResponse:
    """Up to four of those ticked side by side, with the criteria of the search one comes from."""
    search = _search(request)
    kept = search.ticked[:MOST_COMPARED]
    return render(
        request,
        "recherche/comparer.html",
        {
            "entries": [
                {"name": e["name"], "url": reverse(presenters.FICHE, args=[e.publication]), "pk": e["prestataire"]}
                for e in kept
            ],
            "lines": presenters.compared(search, kept),
            "left_out": len(search.ticked) - len(kept),
            "back": address(SEARCH, request.GET),
            "actions": result_actions(request.actor),
        },
    )


_TONES = {Statut.PUBLIEE: "ok", Statut.A_ACTUALISER: "warn", Statut.INACTIVE: "bad"}


@require_GET
def fiche(request: HttpRequest, pk: int) -> HttpResponse:
    """A published fiche, as the région shows it."""
    search = _search(request)
    publication = (
        Publication.objects.filter(pk=pk, state=EtatPublication.PUBLIEE).select_related("region", "prestataire").first()
    )
    if publication is None:
        raise Http404
    found = get_object_or_404(loaded(FicheVersion.objects.visible_to(request.actor)), pk=publication.fiche_id)
    statut = publication.statut()
    retenue = may_be_retained(publication.prestataire, search.region) if search.region is not None else None
    return render(
        request,
        "recherche/fiche.html",
        {
            "fiche": found,
            "publication": publication,
            "publiee": format_date(publication.publiee_le),
            "statut": statut.label,
            "tone": _TONES.get(statut, "neutral"),
            "insurance_expired": found.assurance_expire_le is not None and found.assurance_expire_le < clock.today(),
            "retenue": ""
            if retenue is None
            else "Ce prestataire peut être retenu aujourd’hui dans votre région."
            if retenue
            else retenue.reason,
            "asked": presenters.asked_words(sollicitations([found.prestataire_id]).get(found.prestataire_id)),
            "past": past_of(found.prestataire_id, request.actor),
            "favourite": found.prestataire_id in search.favourites,
            "sections": sections(
                found, piece_url=lambda p: reverse("portfolio:piece", args=[found.pk, p.pk]), whole=False
            ),
            "pdf_url": reverse("core:document_request", args=[DOCUMENT_FICHE, found.pk]),
            "here": request.get_full_path(),
            "back": back_to_search(request),
        },
    )


def back_to_search(request: HttpRequest) -> str:
    """The search one comes from, when it is one of ours."""
    asked = request.POST.get("retour") or request.GET.get("retour") or ""
    base = reverse(SEARCH)
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith(base)
    return asked if safe else base


@require_POST
def favori(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a prestataire among one’s favourites, or take it off (``garder=0``); then the search as it was."""
    _search(request)
    found = get_object_or_404(Prestataire.objects.visible_to(request.actor), pk=pk)
    kept = services.set_favori(found, request.GET.get("garder") != "0", actor=request.actor)
    if not request.htmx:  # else the star itself says so
        messages.success(request, f"{found} {'est dans vos favoris' if kept else 'n’est plus dans vos favoris'}.")
    if "retour" in request.POST:
        return redirect(back_to_search(request))
    return redirect(address(SEARCH, request.POST, **_page_of(whole_number(request.GET.get("page", "")) or 1)))
