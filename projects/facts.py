"""Facts of ingénieries, asked in one query for any number of them.

Gates, evidence and tabs are answered by providers of every floor. A provider gives SQL annotations of
``Ingenierie`` and reads its answer from the values found: so that the gate of one ingénierie, or of the 25 of a list,
costs one query, however many floors take part.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from projects.ingenierie.models import Ingenierie

Annotations = Callable[[], Mapping[str, Any]]


class Provider(Protocol):
    """What answers from annotations."""

    annotations: Annotations | None


#: Querysets with their annotations, by the functions that gave these: thirty of them take 20 ms to make and 1 ms to
#: answer. Of each thread: a queryset counts its joins while it becomes SQL.
_kept = threading.local()


def _question(asked: tuple[Annotations, ...]) -> QuerySet:
    questions = _kept.__dict__.setdefault("questions", {})
    if asked not in questions:
        wanted = {name: annotation for annotations in asked for name, annotation in annotations().items()}
        questions[asked] = Ingenierie.objects.order_by().annotate(**wanted).values("pk", *wanted)
    return questions[asked]


def fetch(pks: Iterable[int], providers: Iterable[Provider]) -> dict[int, dict[str, Any]]:
    """Return ``{pk: {annotation: value}}`` for the ingénieries ``pks``: one query (none when nothing is asked).

    What annotations ask may depend on the ingénierie, never on the day or on the request: they are made once.
    """
    pks = list(pks)
    asked = tuple(dict.fromkeys(p.annotations for p in providers if p.annotations is not None))
    if not asked or not pks:
        return {pk: {} for pk in pks}
    return {row["pk"]: row for row in _question(asked).filter(pk__in=pks)}


@dataclass(frozen=True)
class Answer:
    """Satisfied or not, with a short detail in French (« 2 partenaires », « il manque 350,00 € »)."""

    ok: bool
    detail: str = ""


def count_of(queryset, link: str = "ingenierie"):
    """Annotation: how many rows of ``queryset`` belong to the ingénierie (through the foreign key ``link``)."""
    counted = queryset.filter(**{link: OuterRef("pk")}).order_by().values(link).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def first_of(queryset, field: str, link: str = "ingenierie"):
    """Annotation: ``field`` of the first of those rows, in the order of ``queryset``; ``None`` without any."""
    return Subquery(queryset.filter(**{link: OuterRef("pk")}).values(field)[:1])
