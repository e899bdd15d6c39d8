"""What the lists show of ingénieries, formatted in Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from core.formats import format_date_short, format_recent
from projects.enums import Etat, EtatItem, EtatMobilisation
from projects.models import ChecklistItem, Ingenierie, StructureCiblee
from referentiels import lists
from referentiels.models import Secteur

EXPORT_HEADER = (
    "Titre",
    "Accroche",
    "Étape",
    "Type",
    "Pilote",
    "Secteurs",
    "Structures",
    "Actions réglées",
    "Actions",
    "Début",
    "Fin prévue",
)


def rows(ingenieries: list[Ingenierie], *, readable: set[int] | None = None) -> list[dict[str, Any]]:
    """Rows of the table, with ``pilote`` selected: three queries for any number of them.

    ``readable``: primary keys the actor may open whole (all of them when ``None``); others link to their summary.
    """
    pks = [i.pk for i in ingenieries]
    secteurs: dict[int, list[str]] = {}
    for pk, secteur in Ingenierie.secteurs.through.objects.filter(ingenierie__in=pks).values_list(
        "ingenierie_id", "secteur_id"
    ):
        item = lists.by_id(Secteur, secteur)
        if item:
            secteurs.setdefault(pk, []).append(item.label)
    progress = {
        pk: (done, total)
        for pk, done, total in ChecklistItem.objects.filter(ingenierie__in=pks, optional=False)
        .order_by()
        .values("ingenierie")
        .annotate(done=Count("pk", filter=Q(state__in=[EtatItem.FAIT, EtatItem.SANS_OBJET])), total=Count("pk"))
        .values_list("ingenierie", "done", "total")
    }
    structures = dict(
        StructureCiblee.objects.filter(ingenierie__in=pks)
        .exclude(state__in=[EtatMobilisation.RETIREE, EtatMobilisation.DECLINEE])
        .order_by()
        .values("ingenierie")
        .annotate(n=Count("pk"))
        .values_list("ingenierie", "n")
    )
    answer = []
    for i in ingenieries:
        done, total = progress.get(i.pk, (0, 0))
        route = "projects:detail" if readable is None or i.pk in readable else "projects:resume"
        answer.append(
            {
                "pk": i.pk,
                "url": reverse(route, args=[i.pk]),
                "titre": i.titre,
                "accroche": i.accroche,
                "state": i.state,
                "etape": Etat(i.state).label,
                "type": i.type_court,
                "pilote": i.pilote.name,
                "secteurs": ", ".join(sorted(secteurs.get(i.pk, ()))),
                "structures": structures.get(i.pk, 0),
                "done": done,
                "total": total or 1,
                "avancement": f"{done}/{total}",
                "debut": format_date_short(i.date_debut),
                "activite": format_recent(i.last_activity_at),
            }
        )
    return answer


def export_rows(queryset) -> Iterator[list[Any]]:
    """Lines of the export, read by pages of 500."""
    chunk: list[Ingenierie] = []

    def flush() -> Iterator[list[Any]]:
        for i, row in zip(chunk, rows(chunk), strict=True):
            yield [
                row["titre"],
                row["accroche"],
                row["etape"],
                row["type"],
                row["pilote"],
                row["secteurs"],
                row["structures"],
                row["done"],
                row["total"],
                i.date_debut,
                i.date_fin,
            ]

    for ingenierie in queryset.iterator(chunk_size=500):
        chunk.append(ingenierie)
        if len(chunk) == 500:
            yield from flush()
            chunk.clear()
    yield from flush()
