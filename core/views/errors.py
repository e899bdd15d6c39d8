"""Pages for what goes wrong: always in French, always with what to do next."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from core import journal
from core.errors import DomainError, StaleState
from core.views import kept, marks


def _back(request: HttpRequest) -> str:
    referer = request.headers.get("Referer", "")
    host = f"{request.scheme}://{request.get_host()}/"
    return referer if referer.startswith(host) else reverse("portal:accueil")


def domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Show why the business refused, what happened meanwhile if somebody was quicker, and the way back."""
    context = {
        "error": error,
        "timeline": journal.describe(error.entries) if isinstance(error, StaleState) else [],
        "back": _back(request),
    }
    response = render(request, "errors/domain.html", context, status=error.status)
    if request.headers.get("HX-Request"):
        # In the place of the page, not of the fragment that was asked for.
        for name, value in (("HX-Retarget", "#contenu"), ("HX-Reselect", "#contenu"), ("HX-Reswap", "outerHTML")):
            response[name] = value
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form came from an expired session or another site."""
    mark = marks.read(request)
    is_kept = kept.keep(request, mark, kept.TOKEN) if mark and marks.who_acts(request) in ("", mark.who) else False
    context = {"back": mark.place if is_kept and mark.place.startswith("/") else _back(request), "kept": is_kept}
    return render(request, "errors/csrf.html", context, status=403)


def not_allowed(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    """The address takes what a form posts: there is nothing to read there."""
    response = render(request, "errors/405.html", {"back": _back(request)}, status=405)
    response["Allow"] = refused["Allow"]
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What could not be read; a form too heavy is told so (413)."""
    if isinstance(exception, RequestDataTooBig):
        return render(request, "errors/413.html", {"back": _back(request)}, status=413)
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/500.html", {"request_id": getattr(request, "request_id", "")}, status=500)
