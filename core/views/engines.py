"""What the search engines ask for: ``robots.txt``, and the map of a part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from core.engines import OPEN_PARTS
from core.views.open import FRAIS, absolute

#: Addresses that one map may hold (sitemaps.org).
MOST = 50_000


def sitemap(request: HttpRequest, addresses: Iterable[tuple[str, dt.date | None]]) -> HttpResponse:
    """The map of ``addresses``: (path, day it last changed)."""
    told = [(absolute(path), day.isoformat() if day else "") for path, day in addresses][:MOST]
    response = render(request, "core/plan.xml", {"addresses": told}, content_type="application/xml")
    patch_cache_control(response, public=True, max_age=FRAIS)
    return response


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Only the open parts are for the engines; what is closed there answers 404, so that they forget it."""
    parts = list(OPEN_PARTS)
    lines = ["User-agent: *", *(f"Allow: {part.path}" for part in parts), "Allow: /static/", "Disallow: /", ""]
    lines += [f"Sitemap: {absolute(reverse(part.plan))}" for part in parts if part.available()]
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    patch_cache_control(response, public=True, max_age=FRAIS)
    return response
