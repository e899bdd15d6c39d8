"""The public pages: what prestataires agreed to show in the régions that opened their portfolio. Nobody signs in.

Nothing of a fiche that is not shown is told: no région open, no agreement, not up to date are the same 404.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core import listing
from core.exports import export_response
from core.formats import format_date, plural
from core.views.engines import MOST, sitemap
from core.views.once import sent_once
from core.views.open import absolute, open_data, open_to_all, told, told_by_pages, told_schema
from partners.portfolio.publication.models import Publication
from partners.portfolio.vitrine import presenters, selection, services
from partners.portfolio.vitrine.forms import MessageForm
from partners.portfolio.vitrine.selection import Criteres
from referentiels import lists
from referentiels.models import Departement, Domaine

_SCHEMA_ROUTE = "prestataires:schema"
_SCHEMA = Path(__file__).resolve().parent.parent / "data" / "prestataires-1.schema.json"
#: Between labels that hold commas themselves.
_DOT = " · "
_CSV = (
    ("identifiant", "Identifiant"), ("siret", "SIRET"), ("raison_sociale", "Raison sociale"), ("sigle", "Sigle"),
    ("type", "Type"), ("forme_juridique", "Forme juridique"), ("code_postal", "Code postal"), ("commune", "Commune"),
    ("site", "Site internet"), ("annee_creation", "Année de création"), ("effectif", "Effectif"),
    ("departements", "Départements d’intervention"), ("individuel", "Accompagnements individuels"),
    ("collectif", "Accompagnements collectifs"), ("domaines", "Domaines"), ("themes", "Thèmes"),
    ("secteurs", "Secteurs"), ("types_intervention", "Types d’intervention"), ("presentation", "Présentation"),
    ("methode", "Façon de travailler"), ("reseaux", "Réseaux"), ("autres", "Autres informations"),
    ("prix_min", "Prix par jour HT, au moins"), ("prix_max", "Prix par jour HT, au plus"),
    ("nb_references", "Nombre de références"), ("region", "Région qui publie"), ("publiee_le", "Publiée le"),
    ("valable_jusqu_au", "Valable jusqu’au"), ("url", "Adresse de la fiche"),
)  # fmt: skip


def _shown_or_404(pk: int) -> Publication:
    return get_object_or_404(selection.with_content(selection.shown()), prestataire__pk=pk)


# --- Pages ------------------------------------------------------------------------------------------------------------


def _row(publication: Publication) -> dict[str, Any]:
    part = selection.public_part(publication)
    places = part["departements"]
    return {
        "name": presenters.named(part),
        "url": reverse("prestataires:fiche", args=[part["identifiant"]]),
        "details": _DOT.join(filter(None, (presenters.kind(part), part["commune"]))),
        "where": ", ".join(d["nom"] for d in places[:6])
        + (f" et {plural(len(places) - 6, 'autre')}" if len(places) > 6 else ""),
        "domaines": _DOT.join(part["domaines"]),
        "text": part["presentation"],
    }


def _departements() -> list[tuple[str, Any]]:
    """Those of the régions that are open, under their région."""
    every = lists.items(Departement)
    return [
        (str(region), tuple((d.code, str(d)) for d in every if d.region_id == region.pk))
        for region in selection.open_regions()
    ]


@open_to_all
@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """The prestataires shown to the public: words, domain, département."""
    criteres = Criteres.read(request.GET)
    regions = selection.open_regions()
    page = listing.paginate(selection.with_content(selection.search(criteres)), request)
    here = reverse("prestataires:liste")
    canonical = here if criteres or page.number == 1 else f"{here}?page={page.number}"
    asked = criteres.query and f"?{criteres.query}"
    context = {
        "rows": [_row(p) for p in page.object_list],
        "page": page,
        "counter": page.paginator.counter("prestataire"),
        "criteres": criteres,
        "data_url": reverse("prestataires:donnees") + asked,
        "table_url": reverse("prestataires:tableau") + asked,
        "regions": ", ".join(str(region) for region in regions),
        "domaines": listing.options([("", "Tous les domaines"), *lists.choices(Domaine)], criteres.domaine),
        "departements": listing.options([("", "Tous les départements"), *_departements()], criteres.departement),
        "canonical": absolute(canonical),
        # A search is a view of the list: only the list and the fiches are to be found by the engines.
        "indexed": bool(regions) and not criteres,
    }
    response = listing.render_list(request, "portfolio/vitrine/liste.html", "portfolio/vitrine/resultats.html", context)
    if not context["indexed"]:
        response["X-Robots-Tag"] = "noindex"
    return response


@open_to_all
@require_safe
def fiche(request: HttpRequest, pk: int) -> HttpResponse:
    """The public part of a fiche."""
    publication = _shown_or_404(pk)
    part = selection.public_part(publication)
    text = " ".join(part["presentation"].split())
    return render(
        request,
        "portfolio/vitrine/fiche.html",
        {
            "part": part,
            "name": presenters.named(part),
            "facts": presenters.facts(part),
            "texts": presenters.texts(part),
            "publiee": format_date(publication.publiee_le),
            "description": f"{presenters.named(part)}, {part['commune']} : {text}"[:155],
            "canonical": absolute(request.path),
            "contactable": publication.contactable,
        },
    )


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sent_once
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to a prestataire: its address is not shown, its référents receive the message and answer by themselves."""
    publication = _shown_or_404(pk)
    if not publication.contactable:
        raise Http404
    form, status, slowed = MessageForm(request.POST or None), 200, False
    if request.method == "POST":
        if not form.is_valid():
            status = 422
        elif not form.is_human():
            return _thanked(request, pk)  # said to a machine too, which learns nothing
        elif not ratelimit.consume(request, action="message_public", key=str(pk)):
            slowed, status = True, 429  # what was typed stays in the form
        else:
            data = form.cleaned_data
            services.write_to(publication.prestataire, nom=data["nom"], email=data["email"], texte=data["texte"])
            return _thanked(request, pk)
    name = publication.fiche.raison_sociale or publication.prestataire.name
    context = {"form": form, "name": name, "pk": pk, "slowed": slowed, "days": services.JOURS_GARDES}
    response = render(request, "portfolio/vitrine/contact.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


def _thanked(request: HttpRequest, pk: int) -> HttpResponse:
    messages.success(request, "Votre message est transmis. La réponse viendra à l’adresse que vous avez donnée.")
    return redirect("prestataires:fiche", pk)


# --- Data -------------------------------------------------------------------------------------------------------------


def _with_address(publication: Publication) -> dict[str, Any]:
    part = selection.public_part(publication)
    return part | {"url": absolute(reverse("prestataires:fiche", args=[part["identifiant"]]))}


@open_data
def donnees(request: HttpRequest) -> HttpResponse:
    """The same list as the page, with the same criteria, in JSON, a hundred at a time."""
    rows = selection.with_content(selection.search(Criteres.read(request.GET)))
    return told_by_pages(request, rows, _SCHEMA_ROUTE, "prestataires", lambda page: [_with_address(p) for p in page])


@open_data
def donnees_fiche(request: HttpRequest, pk: int) -> HttpResponse:
    """One fiche in JSON."""
    return told({"prestataire": _with_address(_shown_or_404(pk))}, _SCHEMA_ROUTE)


def _csv_line(part: dict[str, Any]) -> list[Any]:
    prix = part["prix_jour_ht"] or {"min": None, "max": None}
    flat = part | {
        "departements": ", ".join(d["code"] for d in part["departements"]),
        "prix_min": prix["min"],
        "prix_max": prix["max"],
        "nb_references": None if part["references"] is None else len(part["references"]),
    }
    values = (flat[name] for name, _ in _CSV)
    return [" | ".join(v) if isinstance(v, list) else v for v in values]


@open_data
def tableau(request: HttpRequest) -> HttpResponse:
    """The same list as a table for a spreadsheet: one line per prestataire, all of them."""
    rows = selection.with_content(selection.search(Criteres.read(request.GET))).iterator(chunk_size=200)
    return export_response("prestataires", [t for _, t in _CSV], (_csv_line(_with_address(p)) for p in rows), "csv")


@open_data
def schema(request: HttpRequest) -> HttpResponse:
    """What the JSON holds, as a JSON Schema; its address changes only with its major version."""
    return told_schema(_SCHEMA, _SCHEMA_ROUTE)


# --- For the engines --------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """The sitemap: the list and each fiche, with the day it was published."""
    rows = selection.shown().order_by("prestataire_id").values_list("prestataire_id", "publiee_le")[:MOST]
    addresses = [(reverse("prestataires:fiche", args=[pk]), day) for pk, day in rows]
    return sitemap(request, [*([(reverse("prestataires:liste"), None)] if selection.any_open() else []), *addresses])
