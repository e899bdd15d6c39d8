"""Addresses of objects by their primary key, for pages that write many: the route is reversed once per process."""

from __future__ import annotations

from functools import cache

from django.urls import reverse

_MARK = 918_273_645


@cache
def _around(route: str) -> tuple[str, str]:
    before, after = reverse(route, args=[_MARK]).split(str(_MARK))
    return before, after


def address(route: str, pk: int) -> str:
    """``reverse(route, args=[pk])`` for a route that takes one primary key."""
    before, after = _around(route)
    return f"{before}{pk}{after}"
