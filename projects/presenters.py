"""What the lists show of ingénieries, formatted in Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.urls import reverse

from core.formats import format_date_short, format_recent
from core.rows import RowTemplate
from projects.enums import TYPE_COURT, Etat
from referentiels import lists
from referentiels.models import Secteur

#: The columns a row needs: everything else of an ingénierie stays in the database.
FIELDS = (
    "pk",
    "titre",
    "accroche",
    "state",
    "type_ingenierie",
    "pilote__name",
    "secteur_ids",
    "structures_retenues",
    "actions_total",
    "actions_reglees",
    "date_debut",
    "date_fin",
    "last_activity_at",
)
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
ROW = RowTemplate("projects/rangee.html")
_ETAPES = dict(Etat.choices)


def _addresses() -> tuple[str, str]:
    """The address of a dossier and of its summary, around the primary key: reversed once for a whole list."""
    return (
        reverse("projects:detail", args=[0]).removesuffix("0/"),
        reverse("projects:resume", args=[0]).removesuffix("0/resume/"),
    )


def rows(found: Iterable[Mapping[str, Any]], *, readable: set[int] | None = None) -> list[dict[str, Any]]:
    """Rows of the table from ``values(*FIELDS)``: no query.

    ``readable``: primary keys the actor may open whole (all of them when ``None``); others link to their summary.
    """
    whole, summary = _addresses()
    answer = []
    for i in found:
        pk, done, total = i["pk"], i["actions_reglees"], i["actions_total"]
        open_whole = readable is None or pk in readable
        secteurs = [item.label for secteur in i["secteur_ids"] if (item := lists.by_id(Secteur, secteur))]
        answer.append(
            {
                "pk": pk,
                "url": f"{whole}{pk}/" if open_whole else f"{summary}{pk}/resume/",
                "titre": i["titre"],
                "accroche": i["accroche"],
                "state": i["state"],
                "etape": _ETAPES[i["state"]],
                "type": TYPE_COURT.get(i["type_ingenierie"], "Type à choisir"),
                "pilote": i["pilote__name"],
                "secteurs": ", ".join(sorted(secteurs)),
                "structures": i["structures_retenues"],
                "done": done,
                "total": total or 1,
                "avancement": f"{done}/{total}",
                "debut": format_date_short(i["date_debut"]),
                "activite": format_recent(i["last_activity_at"]),
            }
        )
    return answer


def export_rows(queryset) -> Iterator[list[Any]]:
    """Lines of the export, read as they are written."""
    for i in queryset.values(*FIELDS).iterator(chunk_size=500):
        row = rows([i])[0]
        yield [
            row["titre"],
            row["accroche"],
            row["etape"],
            row["type"],
            row["pilote"],
            row["secteurs"],
            row["structures"],
            row["done"],
            i["actions_total"],
            i["date_debut"],
            i["date_fin"],
        ]
