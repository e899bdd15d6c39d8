"""The list of ingénieries (table, kanban by step), opening a new one, and the summary for the neighbours."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from core.errors import NotAllowed
from core.exports import export_response
from core.formats import format_date, format_date_short, format_recent, plural
from projects import permissions, services
from projects.enums import STEPS, EtatItem, Etat, EtatMobilisation
from projects.filters import SORTS, IngenierieFilter, sorted_by
from projects.forms import NouvelleIngenierieForm
from projects.models import ChecklistItem, Ingenierie, StructureCiblee
from referentiels import lists
from referentiels.models import Secteur

PAGE = 25
CAP = 1000


class CappedPaginator(Paginator):
    """Counts exactly to 1,000, then says « plus de 1 000 »: an exact COUNT over 100,000 rows is not worth it."""

    @property
    def count(self) -> int:
        if not hasattr(self, "_count"):
            self._count = self.object_list.order_by()[: CAP + 1].count()
        return self._count

    @property
    def capped(self) -> bool:
        return self.count > CAP


def _scope(request: HttpRequest):
    """The queryset asked for, whether it is the region's summaries, and the choice made."""
    actor = request.actor
    organisation = actor.organisation
    region = request.GET.get("portee") == "region" and organisation is not None and organisation.is_dla
    queryset = Ingenierie.objects.listed_for(actor) if region else Ingenierie.objects.visible_to(actor)
    return queryset, region


def _filtered(request: HttpRequest):
    queryset, region = _scope(request)
    filters = IngenierieFilter(request.GET, queryset=queryset, actor=request.actor)
    found = filters.qs if filters.is_valid() else queryset
    sort = request.GET.get("tri", "recent")
    sort = sort if sort in SORTS else "recent"
    return filters, sorted_by(found, sort, request.actor, listing=region), sort, region


def rows_of(ingenierie_list: list[Ingenierie], *, readable: set[int] | None = None) -> list[dict[str, Any]]:
    """Rows of the table, formatted in Python: three queries for any number of them.

    ``readable``: primary keys the actor may open whole (all of them when ``None``); others link to their summary.
    """
    pks = [i.pk for i in ingenierie_list]
    secteurs: dict[int, list[str]] = {}
    for pk, secteur in Ingenierie.secteurs.through.objects.filter(ingenierie__in=pks).values_list(
        "ingenierie_id", "secteur_id"
    ):
        item = lists.by_id(Secteur, secteur)
        if item:
            secteurs.setdefault(pk, []).append(item.label)
    progress = {
        row["ingenierie"]: row
        for row in ChecklistItem.objects.filter(ingenierie__in=pks)
        .order_by()
        .values("ingenierie")
        .annotate(
            total=Count("pk"), done=Count("pk", filter=Q(state__in=[EtatItem.FAIT, EtatItem.SANS_OBJET]))
        )
    }
    structures = dict(
        StructureCiblee.objects.filter(ingenierie__in=pks)
        .exclude(state__in=[EtatMobilisation.RETIREE, EtatMobilisation.DECLINEE])
        .order_by()
        .values("ingenierie")
        .annotate(n=Count("pk"))
        .values_list("ingenierie", "n")
    )
    rows = []
    for i in ingenierie_list:
        counts = progress.get(i.pk, {"total": 0, "done": 0})
        open_whole = readable is None or i.pk in readable
        rows.append(
            {
                "pk": i.pk,
                "url": reverse("projects:detail" if open_whole else "projects:resume", args=[i.pk]),
                "titre": i.titre,
                "accroche": i.accroche,
                "state": i.state,
                "etape": Etat(i.state).label,
                "type": i.type_court,
                "pilote": i.pilote.name,
                "secteurs": ", ".join(sorted(secteurs.get(i.pk, ()))),
                "structures": structures.get(i.pk, 0),
                "done": counts["done"],
                "total": counts["total"] or 1,
                "avancement": f"{counts['done']}/{counts['total']}",
                "debut": format_date_short(i.date_debut),
                "activite": format_recent(i.last_activity_at),
            }
        )
    return rows


def _readable(page: list[Ingenierie], actor, region: bool) -> set[int] | None:
    if not region:
        return None
    return set(Ingenierie.objects.visible_to(actor).filter(pk__in=[i.pk for i in page]).values_list("pk", flat=True))


def liste(request: HttpRequest) -> HttpResponse:
    """Table of the ingénieries, filters in the URL; htmx swaps the results only."""
    filters, queryset, sort, region = _filtered(request)
    if request.GET.get("export") in ("csv", "xlsx"):
        return _export(request, queryset)
    page: Page = CappedPaginator(queryset.select_related("pilote"), PAGE).get_page(request.GET.get("page"))
    ingenieries = list(page.object_list)
    context = {
        "filters": filters,
        "rows": rows_of(ingenieries, readable=_readable(ingenieries, request.actor, region)),
        "page": page,
        "counter": f"plus de {CAP}" if page.paginator.capped else plural(page.paginator.count, "ingénierie"),
        "sort": sort,
        "sorts": SORTS,
        "region": region,
        "vue": "tableau",
        "can_create": permissions.can_create(request.actor),
        "region_possible": bool(request.actor.organisation and request.actor.organisation.is_dla),
        "filtered": any(v for k, v in request.GET.items() if k not in ("page", "tri", "portee")),
    }
    template = "projects/liste_resultats.html" if request.htmx and not request.htmx.boosted else "projects/liste.html"
    return render(request, template, context)


def kanban(request: HttpRequest) -> HttpResponse:
    """The same ingénieries as cards, a column per step."""
    filters, queryset, sort, region = _filtered(request)
    limit = 20
    counts = dict(
        queryset.order_by().filter(state__in=STEPS).values("state").annotate(n=Count("pk")).values_list("state", "n")
    )
    cards: list[Ingenierie] = []
    for step in STEPS:
        if counts.get(step):
            cards.extend(queryset.filter(state=step).select_related("pilote")[:limit])
    rows = rows_of(cards, readable=_readable(cards, request.actor, region))
    columns = [
        {
            "code": step.value,
            "label": step.label,
            "count": counts.get(step, 0),
            "more": max(0, counts.get(step, 0) - limit),
            "rows": [row for row in rows if row["state"] == step],
        }
        for step in STEPS
    ]
    context = {
        "filters": filters,
        "columns": columns,
        "counter": plural(sum(counts.values()), "ingénierie en cours", "ingénieries en cours"),
        "vue": "kanban",
        "sort": sort,
        "sorts": SORTS,
        "region": region,
        "can_create": permissions.can_create(request.actor),
        "region_possible": bool(request.actor.organisation and request.actor.organisation.is_dla),
    }
    template = "projects/kanban_resultats.html" if request.htmx and not request.htmx.boosted else "projects/liste.html"
    return render(request, template, context)


def _export(request: HttpRequest, queryset) -> HttpResponse:
    def lines():
        ingenieries = list(queryset.select_related("pilote")[:5000])
        for start in range(0, len(ingenieries), 500):
            for row in rows_of(ingenieries[start : start + 500]):
                yield [
                    row["titre"], row["accroche"], row["etape"], row["type"], row["pilote"], row["secteurs"],
                    row["structures"], row["avancement"], row["debut"],
                ]

    header = [
        "Titre", "Accroche", "Étape", "Type", "Pilote", "Secteurs", "Structures", "Avancement", "Début",
    ]
    return export_response("ingenieries", header, lines(), request.GET["export"])


def nouvelle(request: HttpRequest) -> HttpResponse:
    """Open an ingénierie."""
    actor = request.actor
    if not permissions.can_create(actor):
        raise NotAllowed("Seuls les membres d’un DLA ou d’un C2RA, hors lecture seule, ouvrent une ingénierie.")
    form = NouvelleIngenierieForm(request.POST or None, actor=actor)
    if request.method == "POST":
        if form.is_valid():
            ingenierie = services.create_ingenierie(
                actor=actor, values=form.values(), **form.many_to_many()
            )
            messages.success(request, "L’ingénierie est ouverte. Commencez par cerner sa problématique.")
            return redirect("projects:detail", ingenierie.pk)
        return render(request, "projects/nouvelle.html", {"form": form}, status=422)
    return render(request, "projects/nouvelle.html", {"form": form})


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
        "projects/resume.html",
        {
            "ingenierie": ingenierie,
            "etape": Etat(ingenierie.state).label,
            "debut": format_date(ingenierie.date_debut),
            "fin": format_date(ingenierie.date_fin),
        },
    )


