"""The need radar: the matrix, the structures of a cell, opening an ingénierie with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from core import listing
from core.errors import InvalidInput, NotAllowed
from core.exports import export_response
from core.formats import format_date_short, format_number, plural
from core.text import whole_number
from projects.besoins import radar
from projects.besoins.forms import OuvrirForm
from projects.besoins.permissions import can_read_needs, why_not_pool
from projects.besoins.radar import Axe, Count, EtatBesoin, Origine, Question
from projects.besoins.services import besoins as services
from projects.dossier.views.editing import IngenierieOpen
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.permissions import can_create, why_not_create
from referentiels import lists
from referentiels.models import Departement, Secteur, TypePrestation
from structures.annuaire.models import Structure
from structures.annuaire.totaux import totaux_of
from structures.diagnostics.enums import Priorite
from structures.diagnostics.presenters import PRIORITE_TAGS

PAGE = 50
HEATS = 5


def _ensure_reads(request: HttpRequest) -> None:
    if not can_read_needs(request.actor):
        raise NotAllowed("Le radar des besoins se lit dans un DLA, un C2RA ou à l’AVISE.")


def _selects(question: Question, request: HttpRequest) -> list[dict[str, Any]]:
    organisation = request.actor.organisation
    axes = [(a.value, a.label) for a in Axe if a != Axe.DLA or not organisation.is_dla]
    departements = lists.choices(Departement)
    if organisation.region_id:
        departements = [(d.code, str(d)) for d in lists.items(Departement) if d.region_id == organisation.region_id]
    selects = [
        ("axe", "Croiser les thèmes avec", axes),
        ("periode", "Diagnostics", list(radar.PERIODES.items())),
        ("departement", "Département", [("", "Tous"), *departements]),
        ("secteur", "Secteur", [("", "Tous"), *lists.choices(Secteur)]),
        ("priorite", "Priorité", [("", "Toutes"), *Priorite.choices]),
        ("origine", "Origine", [("", "Toutes"), *Origine.choices]),
        ("etat", "État", [("", "Tous"), *EtatBesoin.choices]),
    ]
    return [
        {"name": name, "label": label, "options": listing.options(choices, getattr(question, name))}
        for name, label, choices in selects
    ]


def _url(route: str, question: Question, **more: str) -> str:
    query = urlencode({**question.params(), **more})
    return f"{reverse(route)}?{query}" if query else reverse(route)


def _cell(count: Count, url: str, most: int) -> dict[str, Any]:
    # The tint only repeats the number: a fifth of the fullest cell each, the emptiest of them never white.
    heat = -(-count.structures * HEATS // most) if most else 0
    return {
        "structures": count.structures,
        "etp": format_number(count.etp.normalize() if count.etp else count.etp),
        "words": f"{plural(count.structures, 'structure')}, {format_number(count.etp)} ETP",
        "url": url,
        "heat": f"heat-{heat}" if heat else "",
    }


def grid(question: Question, found: radar.Matrix, labels: dict[int, tuple[str, str]]) -> dict[str, Any]:
    """The matrix ready to draw: themes across, in the order of the list; rows as ``labels`` orders them."""
    themes = [t for t in lists.items(TypePrestation) if not question.theme or t.code == question.theme]
    route = "besoins:structures"
    rows = []
    for pk, (code, label) in labels.items():
        cells = [
            _cell(found.cells.get((pk, t.pk), radar.NONE), _url(route, question.cell(code, t.code)), found.most)
            | {"theme": t.label}
            for t in themes
        ]
        rows.append(
            {"label": label, "cells": cells, "total": _cell(found.rows[pk], _url(route, question.cell(code, "")), 0)}
        )
    return {
        "themes": [t.label for t in themes],
        "rows": rows,
        "totals": [
            _cell(found.themes.get(t.pk, radar.NONE), _url(route, question.cell("", t.code)), 0) | {"theme": t.label}
            for t in themes
        ],
        "total": _cell(found.total, _url(route, question), 0),
    }


def _export(question: Question, found: radar.Matrix, labels: dict[int, tuple[str, str]]) -> Iterator[list[Any]]:
    themes = {t.pk: t.label for t in lists.items(TypePrestation)}
    for pk, (_, label) in labels.items():
        for theme, name in themes.items():
            count = found.cells.get((pk, theme))
            if count is not None:
                yield [label, name, count.structures, count.etp]


@require_GET
def matrice(request: HttpRequest) -> HttpResponse:
    """The matrix: themes across, sectors (or départements, or DLA) down, structures and jobs in each cell."""
    _ensure_reads(request)
    question = radar.asked(request.GET, request.actor)
    found = radar.matrix(question, request.actor)
    labels = radar.row_labels(question, found)
    if "export" in request.GET:
        header = (Axe(question.axe).label, "Thème", "Structures", "ETP")
        return export_response("radar-des-besoins", header, _export(question, found, labels), request.GET["export"])
    context = {
        "question": question,
        "axe": Axe(question.axe).label,
        "filtered": bool(set(question.params()) - {"axe"}),
        "counter": f"{plural(found.total.structures, 'structure')} · {format_number(found.total.etp)} ETP",
        "grid": grid(question, found, labels) if found.total.structures else None,
        "is_c2ra": request.actor.organisation.is_c2ra,
        "selects": [] if listing.is_partial(request) else _selects(question, request),
    }
    return listing.render_list(request, "projects/besoins/radar.html", "projects/besoins/radar_resultats.html", context)


def told(question: Question) -> list[str]:
    """The cell in words: theme, sector, département, and the filters."""
    parts = [
        str(item)
        for model, code in (
            (TypePrestation, question.theme),
            (Secteur, question.secteur),
            (Departement, question.departement),
        )
        if code and (item := lists.by_code(model).get(code))
    ]
    parts.append(radar.PERIODES[question.periode].lower() if question.periode != "tout" else "toutes les dates")
    if question.priorite:
        parts.append(f"priorité {Priorite(int(question.priorite)).label.lower()}")
    if question.origine:
        parts.append(Origine(question.origine).label.lower())
    if question.etat:
        parts.append(EtatBesoin(question.etat).label.lower())
    return parts


def need_rows(needs: list[Any]) -> list[dict[str, Any]]:
    """The needs of a structure, in words."""
    return [
        {
            "texte": need.texte,
            "theme": str(lists.by_id(TypePrestation, need.type_prestation_id)),
            "priorite": Priorite(need.priorite).label.lower(),
            "tone": PRIORITE_TAGS[need.priorite],
            "origine": need.origine,
            "date": format_date_short(need.date),
        }
        for need in needs
    ]


def structure_rows(found: list[Any], needs: dict[int, list[Any]], actor: Any) -> list[dict[str, Any]]:
    """The structures of a cell, each with its needs; ``own`` when the actor may open an ingénierie with it."""
    return [
        {
            "pk": s.pk,
            "url": reverse("structures:detail", args=[s.pk]),
            "name": str(s),
            "place": s.commune,
            "departement": str(s.departement),
            "secteur": s.secteur.label,
            "etp": format_number(s.etp),
            "organisation": s.organisation.name,
            "own": s.organisation_id == actor.organisation_id,
            "needs": need_rows(needs[s.pk]),
        }
        for s in found
    ]


def _export_structures(queryset: Any, question: Question, actor: Any) -> Iterator[list[Any]]:
    rows = list(queryset)
    needs = radar.needs_of(rows, question, actor)
    for s in rows:
        for need in needs[s.pk]:
            yield [
                s.name,
                s.commune,
                str(s.departement),
                s.secteur.label,
                s.etp,
                s.organisation.name,
                str(lists.by_id(TypePrestation, need.type_prestation_id)),
                Priorite(need.priorite).label,
                need.texte,
                need.origine,
                need.date,
            ]


STRUCTURES_HEADER = (
    "Structure",
    "Commune",
    "Département",
    "Secteur",
    "ETP",
    "Annuaire de",
    "Thème",
    "Priorité",
    "Besoin",
    "Origine",
    "Diagnostic du",
)


@require_GET
def structures(request: HttpRequest) -> HttpResponse:
    """The structures of a cell, a row or a column, with their needs; one ticks those to bring together."""
    _ensure_reads(request)
    actor = request.actor
    question = radar.asked(request.GET, actor)
    queryset = radar.structures(question, actor).with_list_related_data().order_by("search_text", "pk")
    if "export" in request.GET:
        return export_response(
            "besoins-des-structures",
            STRUCTURES_HEADER,
            _export_structures(queryset, question, actor),
            request.GET["export"],
        )
    page = listing.paginate(queryset, request, size=PAGE)
    totals = totaux_of(Structure.objects.filter(pk__in=queryset.order_by().values("pk")))
    found = list(page.object_list)
    return render(
        request,
        "projects/besoins/structures.html",
        {
            "question": question,
            "told": told(question),
            "totals": totals.phrase,
            "params": list(question.params().items()),
            "rows": structure_rows(found, radar.needs_of(found, question, actor), actor),
            "page": page,
            "counter": page.paginator.counter("structure"),
            "capped": page.paginator.capped,
            "several": not actor.organisation.is_dla,
            "back": _url("besoins:radar", Question(axe=question.axe, periode=question.periode)),
            "opens": actor.organisation.is_dla and can_create(actor),
            "pools": why_not_pool(actor) is None,
            "pool_url": _url("besoins:mutualisation_nouvelle", question),
        },
    )


class Ouvrir(IngenierieOpen):
    """Open an ingénierie collective with the structures ticked, their needs quoted."""

    form_class = OuvrirForm
    template_name = "projects/besoins/ouvrir.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refusal = why_not_create(request.actor)
        if refusal:
            raise NotAllowed(refusal)
        self.question = radar.asked(request.GET, request.actor)
        self.theme = lists.by_code(TypePrestation).get(self.question.theme)
        try:
            return super().dispatch(request, *args, **kwargs)
        except InvalidInput as error:  # none ticked, too many, one of another directory: back to the cell
            messages.error(request, error.message)
            return redirect(self.get_cancel_url())

    def get_object(self) -> list[Structure]:
        self.numbers = [whole_number(value) for value in self.request.GET.getlist("structure")]
        if None in self.numbers:
            raise Http404
        return services.chosen_structures(self.numbers, actor=self.actor)

    def get_initial(self) -> dict[str, Any]:
        return {"titre": " : ".join(told(self.question)[:2]) if self.theme else ""}

    def save(self, form: OuvrirForm) -> Ingenierie:
        titre = form.cleaned_data["titre"]
        return services.open_from_needs(self.numbers, self.question, actor=self.actor, titre=titre, theme=self.theme)

    def get_success_message(self) -> str:
        return (
            f"L’ingénierie est ouverte avec {plural(len(self.object), 'structure')} ; leurs besoins sont cités dans la "
            "problématique."
        )

    def get_cancel_url(self) -> str:
        return _url("besoins:structures", self.question)

    def get_context(self, **context: Any) -> dict[str, Any]:
        needs = radar.needs_of(self.object, self.question, self.actor)
        return super().get_context(
            rows=structure_rows_short(self.object, needs),
            counter=plural(len(self.object), "structure"),
            theme=str(self.theme or ""),
            **context,
        )


def structure_rows_short(found: list[Any], needs: dict[int, list[Any]]) -> list[dict[str, Any]]:
    """Structures and the text of their needs."""
    return [{"name": str(s), "departement": str(s.departement), "needs": [n.texte for n in needs[s.pk]]} for s in found]
