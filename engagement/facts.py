"""What the rooms read their facts with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from core.formats import plural
from projects.evidence import Evidence


def value_of(values: Any, name: str) -> Any:
    """The same facts come as a row of values (gates) or as attributes of the ingénierie (tabs)."""
    return values[name] if isinstance(values, Mapping) else getattr(values, name)


def counted(key: str, one: str, many: str, route: str):
    """The evidence that there are some: how many, in words, with a link to the page ``route``."""

    def read(values, ingenierie) -> Evidence | None:
        count = values[key]
        return Evidence(plural(count, one, many), reverse(route, args=[ingenierie.pk])) if count else None

    return read
