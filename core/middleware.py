"""Middleware of the kernel. None of it loads anything from the database."""

from __future__ import annotations

import errno
import re
import uuid
from urllib.parse import unquote, urlencode, urlsplit

import structlog
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.middleware import LoginRequiredMiddleware as DjangoLoginRequired
from django.core.exceptions import BadRequest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, resolve_url
from django.utils.cache import patch_cache_control

from core import clock, health
from core.errors import DiskFull, DomainError, StaleState
from core.redirects import path_of_ours
from core.views import kept, marks
from core.views.errors import domain_error, not_allowed

log = structlog.get_logger(__name__)
_SAFE_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")


class RequestIdMiddleware:
    """Give each request an id (the proxy's when it sends one), put it in the logs and in the answer; note when it
    arrived, before anything waits (``request.arrived_at``)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.arrived_at = clock.now()
        given = request.headers.get("X-Request-Id", "")
        request.request_id = given if _SAFE_ID.match(given) else uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request.request_id)
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id
        return response


class HealthMiddleware:
    """Answer ``/healthz`` and ``/readyz`` before anything looks at the name of the host: a probe asks by address."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = health.PROBES.get(request.path_info)
        return answer() if answer else self.get_response(request)


class ReadableRequestMiddleware:
    """Refuse, by a 400, what no browser sends: a NUL character in the address, a charset that is none."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in unquote(request.META.get("QUERY_STRING", "")):
            raise BadRequest("Caractère nul dans l’adresse.")
        charset = request.content_params.get("charset") if request.content_params else None
        if charset:
            try:
                "a".encode(charset)
            except (LookupError, ValueError):
                request.POST = QueryDict()  # the page that says so reads nothing of it
                raise BadRequest("Encodage inconnu.") from None
        return self.get_response(request)


class PrivateMiddleware:
    """What a signed-in person reads is kept by no cache, not even by the browser's « Back » after signing out."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # The cookie says enough: nothing is read of the session for it.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response


class LoginRequiredMiddleware(DjangoLoginRequired):
    """Every page asks for a signed-in person unless it says otherwise; htmx is sent to the sign-in page whole.

    What was being typed waits for its author (:mod:`core.views.kept`).
    """

    def handle_no_permission(self, request, view_func):
        # Back to the page the person was on: neither to the fragment that htmx asked for, nor to an address that only
        # takes what a form posts.
        page = marks.place_of(request)
        if request.method == "POST":
            mark = marks.read(request)
            kept.keep(request, mark, kept.SESSION)
            page = mark.place if mark is not None else _sent_from(request) or page
        url = f"{resolve_url(self.get_login_url(view_func))}?{urlencode({REDIRECT_FIELD_NAME: page}, safe='/')}"
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": url})
        return redirect(url)


def _sent_from(request: HttpRequest) -> str:
    """The page of ours that a form without mark was sent from, or ""."""
    page = urlsplit(request.headers.get("Referer", ""))
    return path_of_ours(page.path) if page.netloc == request.get_host() else ""


class TypedMiddleware:
    """What is accepted needs no keeping any more; the browser is told that its draft of it may go."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "POST" or response.status_code >= 400 or getattr(request, "typed_is_kept", False):
            return response
        # Without htmx an accepted form leads elsewhere.
        if response.status_code in (302, 303) or request.headers.get("HX-Request"):
            mark = marks.read(request)
            if mark is not None and mark.who and mark.who == marks.who_acts(request):
                kept.forget(request, mark.place, request.path)
                if request.POST.get("brouillon"):
                    response.set_cookie(
                        "brouillon_range",
                        request.POST["brouillon"][:40],
                        max_age=300,
                        secure=settings.SESSION_COOKIE_SECURE,
                        samesite="Lax",
                    )
        return response


#: How PostgreSQL and SQLite say that two transactions met.
_TOGETHER = ("deadlock detected", "could not serialize", "database is locked")


class DomainErrorMiddleware:
    """A domain exception that a view did not catch becomes a clear page with the right status; so do a full disk, and
    an address that is not to be opened but posted to."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content and not request.headers.get("HX-Request"):
            return not_allowed(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            return domain_error(request, exception)
        if isinstance(exception, OperationalError) and any(words in str(exception) for words in _TOGETHER):
            # The database undid the whole of it: nothing is half-written.
            log.warning("together", error=str(exception).splitlines()[0])
            return domain_error(
                request,
                StaleState("Quelqu’un enregistrait la même chose au même instant. Rien n’a été écrit : recommencez."),
            )
        if isinstance(exception, OSError) and exception.errno in (errno.ENOSPC, errno.EDQUOT):
            log.error("disk_full", error=str(exception))
            return domain_error(request, DiskFull())
        return None
