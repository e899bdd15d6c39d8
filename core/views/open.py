"""Pages and data for anybody: nobody signs in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

#: Seconds during which others may keep the data: what is taken back is gone from everywhere after that.
FRAIS = 300


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
