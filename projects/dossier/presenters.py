"""What the lists show of ingénieries, formatted in Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.urls import reverse

from core.formats import format_date_short, recent_formatter
from projects.enums import TYPE_COURT, Cycle, Etat
from projects.ingenierie import mobilisation
from projects.ingenierie.mobilisation import Mobilisation
from referentiels import lists
from referentiels.models import Secteur

#: The columns a row needs: everything else of an ingénierie stays in the database.
FIELDS = (
    "pk",
    "titre",
    "accroche",
    "state",
    "cycle",
    "type_ingenierie",
    "pilote__name",
    "secteur_ids",
    *mobilisation.FIELDS,
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
    "Forme",
    "Type",
    "Pilote",
    "Secteurs",
    *mobilisation.EXPORT_HEADER,
    "Actions cochées",
    "Actions",
    "Début",
    "Fin prévue",
)
_ETAPES = dict(Etat.choices)


def _secteurs(found: Mapping[str, Any]) -> list[str]:
    return [item.label for pk in found["secteur_ids"] if (item := lists.by_id(Secteur, pk))]


def kind_of(cycle: str, type_ingenierie: str) -> str:
    """What kind of ingénierie, in two words: « Individuelle », else the short form of its type."""
    return "Individuelle" if cycle == Cycle.INDIVIDUELLE else TYPE_COURT.get(type_ingenierie, "Type à choisir")


def rows(found: Iterable[Mapping[str, Any]], *, readable: set[int] | None = None) -> list[dict[str, Any]]:
    """Rows of the table from ``values(*FIELDS)``: no query.

    ``readable``: primary keys the actor may open whole (all of them when ``None``); others link to their summary and
    say nothing of what is inside (``open`` is false).
    """
    recent = recent_formatter()
    answer = []
    for i in found:
        pk, done, total = i["pk"], i["actions_reglees"], i["actions_total"]
        open_whole = readable is None or pk in readable
        answer.append(
            {
                "pk": pk,
                "open": open_whole,
                "url": reverse("projects:detail" if open_whole else "projects:resume", args=[pk]),
                "titre": i["titre"],
                "accroche": i["accroche"],
                "state": i["state"],
                "etape": _ETAPES[i["state"]],
                "individuelle": i["cycle"] == Cycle.INDIVIDUELLE,
                "type": kind_of(i["cycle"], i["type_ingenierie"]),
                "pilote": i["pilote__name"],
                "secteurs": ", ".join(sorted(_secteurs(i))),
                "figures": Mobilisation.of(i) if open_whole else None,
                "done": done if open_whole else 0,
                "total": (total if open_whole else 0) or 1,
                "avancement": f"{done}/{total}" if open_whole else "",
                "debut": format_date_short(i["date_debut"]),
                "activite": recent(i["last_activity_at"]) if open_whole else "",
            }
        )
    return answer


def export_rows(queryset, visible: Any = None) -> Iterator[list[Any]]:
    """Lines of the export, read as they are written; ``visible`` is the queryset of what the actor may open whole
    (everything when ``None``)."""
    readable = None if visible is None else set(visible.values_list("pk", flat=True))
    for i in queryset.values(*FIELDS).iterator(chunk_size=500):
        row = rows([i], readable=readable)[0]
        yield [
            row["titre"],
            row["accroche"],
            row["etape"],
            Cycle(i["cycle"]).label,
            "" if row["individuelle"] else row["type"],
            row["pilote"],
            row["secteurs"],
            *(row["figures"].cells if row["open"] else [None] * len(mobilisation.EXPORT_HEADER)),
            row["done"] if row["open"] else None,
            i["actions_total"] if row["open"] else None,
            i["date_debut"],
            i["date_fin"],
        ]
