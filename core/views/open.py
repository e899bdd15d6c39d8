"""Pages and data for anybody: nobody signs in."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from core import clock

#: Seconds during which others may keep the data: what is taken back is gone from everywhere after that.
FRAIS = 300
#: Objects on a page of JSON.
PAR_PAGE_JSON = 100


def absolute(path: str) -> str:
    """The one address of a page, whatever the host it was asked from."""
    return settings.SITE_URL + path


def open_to_all(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for anybody; the browser asks again each time, so that what is closed is closed."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_cache=True)
        return response

    return login_not_required(page)


def open_data(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Data for anybody: kept five minutes by whoever carries them, readable from any site, not indexed as pages."""

    @wraps(view)
    def data(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, public=True, max_age=FRAIS)
        response["Access-Control-Allow-Origin"] = "*"
        response["X-Robots-Tag"] = "noindex"
        return response

    return login_not_required(require_safe(data))


def told(data: dict[str, Any], schema: str) -> JsonResponse:
    """``data`` in JSON, with the address of the schema that says it (a route)."""
    head = {"schema": absolute(reverse(schema)), "version": 1}
    return JsonResponse(head | data, json_dumps_params={"ensure_ascii": False})


def told_by_pages(
    request: HttpRequest, rows: Any, schema: str, name: str, parts: Callable[[Any], list[dict[str, Any]]]
) -> JsonResponse:
    """``rows`` in JSON, a hundred at a time, with the address of the next page; ``parts`` says those of one page."""
    page = Paginator(rows, PAR_PAGE_JSON).get_page(request.GET.get("page"))
    following = None
    if page.has_next():
        query = request.GET.copy()
        query["page"] = str(page.next_page_number())
        following = absolute(f"{request.path}?{query.urlencode()}")
    return told(
        {
            "produit_le": clock.now().isoformat(timespec="seconds"),
            "total": page.paginator.count,
            "page": page.number,
            "pages": page.paginator.num_pages,
            "suivante": following,
            name: parts(page.object_list),
        },
        schema,
    )


@cache
def _text(file: Path) -> str:
    return file.read_text("utf-8")


def told_schema(file: Path, schema: str) -> JsonResponse:
    """The JSON Schema kept in ``file``; its address (a route) changes only with its major version."""
    data = json.loads(_text(file)) | {"$id": absolute(reverse(schema))}
    return JsonResponse(
        data, content_type="application/schema+json", json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
