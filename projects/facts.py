"""Facts of ingénieries, asked in one query for any number of them.

Gates, evidence and tabs are answered by providers of every floor. A provider gives SQL annotations of
``Ingenierie`` and reads its answer from the values found: so that the gate of one ingénierie, or of the 25 of a list,
costs one query, however many floors take part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from django.db.models import Count, DecimalField, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from core.prepared import Prepared

Annotations = Callable[[], Mapping[str, Any]]


class Provider(Protocol):
    """What answers from annotations."""

    annotations: Annotations | None


_prepared: dict[str, Prepared] = {}


def _wanted(providers: Iterable[Provider]) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    for provider in providers:
        if provider.annotations is not None:
            wanted.update(provider.annotations())
    return wanted


def fetch(pks: Iterable[int], providers: Iterable[Provider]) -> dict[int, dict[str, Any]]:
    """Return ``{pk: {annotation: value}}`` for the ingénieries ``pks``: one query (none when nothing is asked)."""
    from projects.models import Ingenierie

    wanted = _wanted(providers)
    pks = list(pks)
    if not wanted or not pks:
        return {pk: {} for pk in pks}
    rows = Ingenierie.objects.filter(pk__in=pks).order_by().annotate(**wanted).values("pk", *wanted)
    return {row["pk"]: row for row in rows}


def fetch_one(pk: int, providers: Iterable[Provider], *, key: str) -> dict[str, Any]:
    """The same for one ingénierie, with the SQL built once per ``key`` (which names this set of providers).

    Annotations must be constant: what they ask may depend on the ingénierie, never on the day or on the request.
    """
    from projects.models import Ingenierie

    prepared = _prepared.get(key)
    if prepared is None:
        wanted = _wanted(providers)
        if not wanted:
            return {}
        prepared = _prepared[key] = Prepared(
            lambda mark: Ingenierie.objects.filter(pk=mark("pk")).order_by().annotate(**wanted).values("pk", *wanted)
        )
    return next(iter(prepared.rows(pk=pk)), {})


@dataclass(frozen=True)
class Answer:
    """Satisfied or not, with a short detail in French (« 2 partenaires », « il manque 350,00 € »)."""

    ok: bool
    detail: str = ""


def count_of(queryset, link: str = "ingenierie"):
    """Annotation: how many rows of ``queryset`` belong to the ingénierie (through the foreign key ``link``)."""
    counted = queryset.filter(**{link: OuterRef("pk")}).order_by().values(link).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def sum_of(queryset, field: str, link: str = "ingenierie"):
    """Annotation: the sum of ``field`` over those rows, 0.00 without any (euros, exact)."""
    summed = queryset.filter(**{link: OuterRef("pk")}).order_by().values(link).annotate(n=Sum(field)).values("n")
    output = DecimalField(max_digits=14, decimal_places=2)
    return Coalesce(Subquery(summed, output_field=output), Decimal("0.00"), output_field=output)


def first_of(queryset, field: str, link: str = "ingenierie"):
    """Annotation: ``field`` of the first of those rows, in the order of ``queryset``; ``None`` without any."""
    return Subquery(queryset.filter(**{link: OuterRef("pk")}).values(field)[:1])
