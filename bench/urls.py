"""The application's routes and the bare view: same middleware, same session, one query, as many bytes, no template."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from referentiels.models import Region


@lru_cache(maxsize=64)
def _page(size: int) -> bytes:
    start, end = b"<!doctype html><html lang=fr><title>nue</title><p>", b"</html>"
    return start + b"x" * max(0, size - len(start) - len(end)) + end


def bare(request: HttpRequest, size: int) -> HttpResponse:
    """A page of ``size`` bytes after one query: the least that a page of the application could cost."""
    Region.objects.values_list("label", flat=True).first()
    return HttpResponse(_page(size))


urlpatterns = [
    path("mesure/nue/<int:size>/", bare, name="bench_bare"),
    path("", include("dla_ingenierie.urls")),
]
