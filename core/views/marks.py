"""What every form says of itself: whose it is, for which organisation, drawn on which page, and a key used once.

``{% csrf_token %}`` writes it beside the token (:mod:`core.templatetags.ui`), so that no form is without it. It is
signed: nobody writes another's. htmx sends it too for what stands outside forms (``base.html``).

- :mod:`core.views.kept` keeps what was typed for the person it names, and only for her;
- ``accounts.middleware.SamePersonMiddleware`` refuses a form opened for an organisation and sent for another;
- :mod:`core.views.once` does once what is sent twice.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from core.redirects import path_of_ours

FIELD = "saisie"
HEADER = "X-Saisie"
_SALT = "core.marks"
#: A page left open longer than that says nothing any more: seconds.
_LIFE = 7 * 24 * 3600
_LONGEST_PLACE = 1000


@dataclass(frozen=True, slots=True)
class Mark:
    """``who`` is the key of a person, ``lien:<key>`` of a personal link, or empty; ``place`` the page of the form."""

    who: str
    organisation: int | None
    place: str
    token: str


def who_acts(request: HttpRequest) -> str:
    """The person of the request, or the personal link in use, as a mark names them; empty for nobody."""
    actor = getattr(request, "actor", None)
    if actor is not None and actor.grant is not None:
        return f"lien:{actor.grant.pk}"
    user = getattr(request, "user", None)
    return str(user.pk) if user is not None and user.is_authenticated else ""


def holds_secrets(request: HttpRequest) -> bool:
    """Is it an address where passwords and codes are typed?"""
    return request.path.startswith(tuple(settings.TYPED_NEVER_KEPT))


def place_of(request: HttpRequest) -> str:
    """The page that the person has before her eyes: a fragment belongs to the page that asked for it, a form that
    comes back with its errors to the page where it was opened."""
    named = getattr(request, "place", "")  # a personal link changes its address when it is sent again
    if named:
        return named
    if request.headers.get("HX-Request"):
        url = urlsplit(request.headers.get("HX-Current-URL", ""))
        if url.path:
            return path_of_ours(url.path + (f"?{url.query}" if url.query else ""), request.path)
    if request.method == "POST":
        posted = read(request)
        if posted is not None and posted.who == who_acts(request):
            return posted.place
    here = request.get_full_path()
    return here if len(here) <= _LONGEST_PLACE else request.path


def write(request: HttpRequest) -> str:
    """The mark of the forms of this page; empty where secrets are typed."""
    if holds_secrets(request):
        return ""
    made = getattr(request, "_mark_written", None)
    if made is None:
        who, actor = who_acts(request), getattr(request, "actor", None)
        organisation = actor.organisation_id if who and actor is not None else None
        made = signing.dumps([who, organisation, place_of(request), secrets.token_urlsafe(12)], salt=_SALT)
        request._mark_written = made
    return made


def read(request: HttpRequest) -> Mark | None:
    """The mark that was sent; ``None`` when there is none, or not one of ours, or too old."""
    sent: Any = request.POST.get(FIELD) or request.headers.get(HEADER, "")
    if not sent:
        return None
    try:
        return Mark(*signing.loads(sent, salt=_SALT, max_age=_LIFE))
    except (signing.BadSignature, TypeError, ValueError):
        return None
