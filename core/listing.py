"""What every list shares: capped counter, pages, sorts in the URL, options drawn once, partial for htmx."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core.formats import NBSP, format_number, plural

PAGE_SIZE = 25
CAP = 1000

Choices = Sequence[tuple[str, Any]]


class CappedPaginator(Paginator):
    """Counts exactly to 1,000, then says « plus de 1 000 »: an exact COUNT over 100,000 rows is not worth it."""

    @cached_property
    def _counted(self) -> int:
        rows: QuerySet | Sequence[Any] = self.object_list
        return rows.order_by()[: CAP + 1].count() if isinstance(rows, QuerySet) else min(len(rows), CAP + 1)

    @property
    def count(self) -> int:
        return min(self._counted, CAP)

    @property
    def capped(self) -> bool:
        """Are there more rows than the pages show?"""
        return self._counted > CAP

    def counter(self, one: str, many: str | None = None) -> str:
        """« 12 structures », « plus de 1 000 structures »."""
        if self.capped:
            return f"plus de {format_number(CAP)}{NBSP}{many or one + 's'}"
        return plural(self.count, one, many)


def paginate(rows: QuerySet | Sequence[Any], request: HttpRequest, *, size: int = PAGE_SIZE) -> Page:
    """The page asked for by ``?page=`` (the nearest one when there is none such). Of a sequence, one row more than
    :data:`CAP` says that there are others."""
    return CappedPaginator(rows, size).get_page(request.GET.get("page"))


# --- Sorts ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SortHead:
    """The head of a column: ``url`` sorts by it (the other way when it already does), ``direction`` is aria-sort."""

    label: str
    url: str
    direction: str
    css: str = ""

    @property
    def arrow(self) -> str:
        return {"ascending": "▲", "descending": "▼"}.get(self.direction, "")


def sort_heads(
    request: HttpRequest, columns: Sequence[tuple[str, str, str]], current: str, *, parameter: str = "tri"
) -> list[SortHead]:
    """Heads for ``columns`` of (code or "" when it does not sort, label, css class), ``current`` being the sort."""
    heads = []
    for code, label, css in columns:
        if not code:
            heads.append(SortHead(label, "", "", css))
            continue
        here = current.lstrip("-") == code
        down = current.startswith("-")
        target = f"-{code}" if here and not down else code
        params = request.GET.copy()
        params.pop("page", None)
        params[parameter] = target
        direction = ("descending" if down else "ascending") if here else ""
        heads.append(SortHead(label, f"?{params.urlencode()}", direction, css))
    return heads


def chosen_sort(request: HttpRequest, sorts: Mapping[str, Any], default: str, *, parameter: str = "tri") -> str:
    """The sort asked for, if ``sorts`` knows it."""
    asked = request.GET.get(parameter, default)
    return asked if asked in sorts else default


# --- Filters --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _options(choices: tuple, chosen: str) -> SafeString:
    parts = []
    for value, label in choices:
        if isinstance(label, tuple):
            parts.append(format_html('<optgroup label="{}">{}</optgroup>', value, _options(label, chosen)))
        else:
            parts.append(
                format_html(
                    '<option value="{}"{}>{}</option>', value, mark_safe(" selected") if value == chosen else "", label
                )
            )
    return format_html_join("", "{}", ((part,) for part in parts))


def options(choices: Choices, chosen: str) -> SafeString:
    """The ``<option>`` elements of a filter, drawn once per choice: 100 départements cost nothing on the next page.

    ``choices`` are (value, label) pairs, or (group, pairs) for groups.
    """
    frozen = tuple(
        (str(v), tuple((str(a), str(b)) for a, b in label) if isinstance(label, (list, tuple)) else str(label))
        for v, label in choices
    )
    return _options(frozen, chosen)


def is_partial(request: HttpRequest) -> bool:
    """Does htmx ask for the results alone?"""
    htmx = request.htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_list(request: HttpRequest, page: str, results: str, context: dict[str, Any]) -> HttpResponse:
    """Answer with ``page``, or with ``results`` alone (which ``page`` includes) when htmx asks.

    The address shown by the browser keeps only the parameters that have a value.
    """
    partial = is_partial(request)
    response = render(request, results if partial else page, context)
    patch_vary_headers(response, ["HX-Request"])
    if partial:
        params = request.GET.copy()
        for key in [k for k in params if not any(params.getlist(k))]:
            del params[key]
        response["HX-Push-Url"] = f"{request.path}?{params.urlencode()}" if params else request.path
    return response
