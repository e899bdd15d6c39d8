"""The list of ingénieries (table, kanban by step), opening a new one, and the summary for the neighbours."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.views.decorators.http import require_GET

from core import listing
from core.exports import export_response
from core.formats import format_date, plural
from projects.dossier import presenters
from projects.dossier.filters import DEFAULT_SORT, ETAPES, SORTS, IngenierieFilter, ordered
from projects.enums import STEPS, Cycle, Etat, TypeIngenierie
from projects.ingenierie import permissions
from projects.ingenierie.models import Ingenierie
from projects.tabs import RESUME_LIENS
from referentiels import lists
from referentiels.models import Secteur, TypePrestation

COLUMNS = (
    ("titre", "Ingénierie", ""),
    ("etape", "Étape", ""),
    ("", "Type", ""),
    ("", "Pilote", ""),
    ("", "Secteurs", ""),
    ("", "Structures confirmées sur repérées", "num"),
    ("", "Actions de la démarche", ""),
    ("debut", "Début", ""),
    ("activite", "Activité", ""),
)
KANBAN_CARDS = 20


def _selects(request: HttpRequest) -> list[dict[str, Any]]:
    selects = [
        ("etape", "Étape", [("", "Toutes"), *ETAPES]),
        ("forme", "Forme", [("", "Toutes"), *((c.value, c.label.split()[1].capitalize() + "s") for c in Cycle)]),
        ("type", "Type", [("", "Tous"), *TypeIngenierie.choices]),
        ("secteur", "Secteur", [("", "Tous"), *lists.choices(Secteur)]),
        ("theme", "Thème Enée", [("", "Tous"), *lists.choices(TypePrestation)]),
        ("departement", "Département", [("", "Tous"), *lists.departements(request.actor.region_id)]),
    ]
    organisation = request.actor.organisation
    if organisation is not None and organisation.is_dla:
        # So as not to do twice what a neighbour does: the summaries of the whole region.
        selects.insert(0, ("portee", "Voir", [("", "Les nôtres"), ("region", "Toute la région")]))
    return [
        {"name": name, "label": label, "options": listing.options(choices, request.GET.get(name, ""))}
        for name, label, choices in selects
    ]


class _Asked:
    """What the address of a list asks for: filters, sort, territory, and what the page says of them."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.actor = request.actor
        organisation = self.actor.organisation
        self.region = request.GET.get("portee") == "region" and organisation is not None and organisation.is_dla
        self.filtered = any(request.GET.get(name) for name in IngenierieFilter.base_filters)
        self.sort = listing.chosen_sort(request, SORTS, DEFAULT_SORT)

    @cached_property
    def filters(self) -> IngenierieFilter | None:
        if not self.filtered:
            return None
        manager = Ingenierie.objects
        shown = manager.listed_for(self.actor) if self.region else manager.visible_to(self.actor)
        return IngenierieFilter(self.request.GET, queryset=shown, actor=self.actor)

    @cached_property
    def queryset(self):
        """The filtered, ordered queryset."""
        if self.filters is not None:
            found = self.filters.qs
        elif self.region:
            found = Ingenierie.objects.listed_for(self.actor)
        else:
            found = Ingenierie.objects.visible_to(self.actor)
        return ordered(found, self.sort, self.actor, region=self.region)

    def context(self) -> dict[str, Any]:
        return {
            "sort": self.sort,
            "filtered": self.filtered,
            "ignored": bool(self.filters is not None and self.filters.form.errors),
            "can_create": permissions.can_create(self.actor),
            "q": self.request.GET.get("q", "")[:200],
            "miennes": self.request.GET.get("miennes") == "true",
            "selects": _selects(self.request),
        }


def _readable(found: list[dict[str, Any]], request: HttpRequest, region: bool) -> set[int] | None:
    if not region:
        return None
    visible = Ingenierie.objects.visible_to(request.actor)
    return set(visible.filter(pk__in=[i["pk"] for i in found]).values_list("pk", flat=True))


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """Table of the ingénieries, filters in the URL; htmx swaps the results only."""
    asked = _Asked(request)
    if "export" in request.GET:
        readable = Ingenierie.objects.visible_to(request.actor) if asked.region else None
        lines = presenters.export_rows(asked.queryset, readable)
        return export_response("ingenieries", presenters.EXPORT_HEADER, lines, request.GET["export"])
    page = listing.paginate(asked.queryset.values(*presenters.FIELDS), request)
    found = list(page.object_list)
    context = asked.context() | {
        "vue": "tableau",
        "results": "projects/dossier/liste_resultats.html",
        "rows": presenters.rows(found, readable=_readable(found, request, asked.region)),
        "page": page,
        "counter": page.paginator.counter("ingénierie"),
        "capped": page.paginator.capped,
        "heads": listing.sort_heads(request, COLUMNS, asked.sort),
    }
    return listing.render_list(request, "projects/dossier/liste.html", "projects/dossier/liste_resultats.html", context)


@require_GET
def kanban(request: HttpRequest) -> HttpResponse:
    """The same ingénieries as cards, a column per step."""
    asked = _Asked(request)
    queryset = asked.queryset
    counts = dict(
        queryset.order_by().filter(state__in=STEPS).values("state").annotate(n=Count("pk")).values_list("state", "n")
    )
    cards: list[dict[str, Any]] = []
    for step in STEPS:
        cards.extend(queryset.filter(state=step).values(*presenters.FIELDS)[:KANBAN_CARDS])
    rows = presenters.rows(cards, readable=_readable(cards, request, asked.region))
    context = asked.context() | {
        "vue": "kanban",
        "results": "projects/dossier/kanban_resultats.html",
        "counter": plural(sum(counts.values()), "ingénierie en cours", "ingénieries en cours"),
        "columns": [
            {
                "code": step.value,
                "label": step.label,
                "count": counts.get(step, 0),
                "more": max(0, counts.get(step, 0) - KANBAN_CARDS),
                "rows": [row for row in rows if row["state"] == step],
            }
            for step in STEPS
        ],
    }
    return listing.render_list(
        request, "projects/dossier/liste.html", "projects/dossier/kanban_resultats.html", context
    )


@require_GET
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """The summary of an ingénierie of the region: what a neighbour needs so as not to do it twice."""
    ingenierie = (
        Ingenierie.objects.listed_for(request.actor)
        .select_related("pilote", "referent")
        .prefetch_related("associes", "departements", "secteurs", "themes")
        .filter(pk=pk)
        .first()
    )
    if ingenierie is None:
        raise Http404
    if Ingenierie.objects.visible_to(request.actor).filter(pk=pk).exists():
        return redirect("projects:detail", pk)
    return render(
        request,
        "projects/dossier/resume.html",
        {
            "ingenierie": ingenierie,
            "etape": Etat(ingenierie.state).label,
            "debut": format_date(ingenierie.date_debut),
            "fin": format_date(ingenierie.date_fin),
            "liens": [link for links in RESUME_LIENS for link in links(ingenierie, request.actor)],
        },
    )
