"""The library as data, and what the engines are told of it. Nobody signs in; whoever is signed in reads the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from capitalisation.bibliotheque.models import Ressource
from capitalisation.vitrine import feed, selection
from capitalisation.vitrine.presenters import parts
from core.exports import export_response
from core.views.engines import MOST, sitemap
from core.views.open import open_data, told, told_by_pages, told_schema

_SCHEMA_ROUTE = "bibliotheque:schema"
_SCHEMA = Path(__file__).resolve().parent / "data" / "ressources-1.schema.json"
_CHUNK = 200
#: Between labels that hold commas themselves.
_BAR = " | "
_CSV = (
    ("identifiant", "Identifiant"), ("titre", "Titre"), ("resume", "En quelques phrases"), ("etat", "État"),
    ("sorte", "Sorte"), ("support", "Support"), ("lien", "Lien"), ("technique", "Technique"),
    ("pratique", "Pratique"), ("accessible", "Accessible"), ("echelle", "Échelle"),
    ("sous_echelle", "Précisément"), ("usage", "Usage"), ("apport", "Ce qu’elle apporte"),
    ("contributeur", "Déposée par"), ("producteur", "Produite par"), ("cercle", "Cercle de contributeurs"),
    ("contribution", "Contribution"), ("teste_sur", "Testée sur"), ("verdict", "Portée de l’essai"),
    ("verifie_par", "Vérifiée par"), ("verifie_le", "Vérifiée le"), ("a_reverifier_le", "À vérifier de nouveau le"),
    ("themes", "Thèmes"), ("secteurs", "Secteurs"), ("region", "Région"), ("departements", "Départements"),
    ("mots_cles", "Mots clés"), ("actions", "Actions de la démarche"), ("utilisations", "Utilisée par"),
    ("publiee_le", "Publiée le"), ("modifiee_le", "Modifiée le"), ("licence", "Licence"),
    ("attribution", "À citer"), ("fichiers", "Fichiers"), ("url", "Adresse"),
)  # fmt: skip


@open_data
def donnees(request: HttpRequest) -> HttpResponse:
    """What a search finds, in JSON, a hundred at a time."""
    rows = selection.search(selection.criteres(request))
    return told_by_pages(request, rows, _SCHEMA_ROUTE, "ressources", lambda page: parts(list(page)))


@open_data
def donnees_ressource(request: HttpRequest, pk: int) -> HttpResponse:
    """One resource in JSON, its récit included."""
    row = get_object_or_404(selection.shown(), pk=pk)
    return told({"ressource": parts([row], whole=True)[0]}, _SCHEMA_ROUTE)


def _by_chunks(rows: Iterator[Ressource]) -> Iterator[dict[str, Any]]:
    while some := list(islice(rows, _CHUNK)):
        yield from parts(some)


def _csv_line(part: dict[str, Any]) -> list[Any]:
    flat = part | {
        "licence": part["licence"]["nom"],
        "region": part["region"]["nom"] if part["region"] else "",
        "departements": [d["code"] for d in part["departements"]],
        "actions": [action["code"] for action in part["actions"]],
        "fichiers": [file["url"] for file in part["fichiers"]],
        "publiee_le": part["publiee_le"][:10],
        "modifiee_le": part["modifiee_le"][:10],
    }
    values = (flat[name] for name, _ in _CSV)
    return [_BAR.join(v) if isinstance(v, list) else v for v in values]


@open_data
def tableau(request: HttpRequest) -> HttpResponse:
    """The same as a table for a spreadsheet: one line per resource, all of them."""
    rows = selection.search(selection.criteres(request)).iterator(chunk_size=_CHUNK)
    lines = (_csv_line(part) for part in _by_chunks(rows))
    return export_response("bibliotheque", [title for _, title in _CSV], lines, "csv")


@open_data
def flux(request: HttpRequest) -> HttpResponse:
    """What is new among what a search finds, as an Atom feed."""
    asked = selection.criteres(request, tri="recentes")
    text = feed.atom(asked, feed.newest(selection.search(asked)))
    return HttpResponse(text, content_type="application/atom+xml; charset=utf-8")


@open_data
def schema(request: HttpRequest) -> HttpResponse:
    """What the JSON holds, as a JSON Schema; its address changes only with its major version."""
    return told_schema(_SCHEMA, _SCHEMA_ROUTE)


@login_not_required
@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """The map for the engines: the search and each resource, with the day it last changed."""
    rows = selection.shown().order_by("pk").values_list("pk", "publiee_le", "modifiee_le")[:MOST]
    addresses = [
        (reverse("bibliotheque:ressource", args=[pk]), max(published, written).date())
        for pk, published, written in rows
    ]
    return sitemap(request, [*([(reverse("bibliotheque:recherche"), None)] if addresses else []), *addresses])
