"""What somebody was typing when the session ended: kept until she has signed in again, on the same page.

A view class with ``keeps_typed = True`` (see :class:`core.middleware.LoginRequiredMiddleware`) loses nothing of a form
that is posted without a session: what was posted waits in the new session, and the page takes it back after signing in
(:func:`take`). The form says whose it is (``{{ kept_mark }}``): nobody else is given it.
"""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.http import HttpRequest, QueryDict

_KEY = "saisie_gardee"
_SALT = "core.kept"
#: Characters kept at most: more is not what a person types on one page.
_LIMIT = 200_000
FIELD = "auteur"


def mark(user: Any) -> str:
    """What the form carries to say whose it is."""
    return signing.dumps(user.pk, salt=_SALT)


def keep(request: HttpRequest, path: str) -> None:
    """Keep what is posted for the page at ``path``; nothing that is too long, nothing without its mark."""
    try:
        who = signing.loads(request.POST.get(FIELD, ""), salt=_SALT)
    except signing.BadSignature:
        return
    data = request.POST.copy()
    for name in ("csrfmiddlewaretoken", FIELD):
        data.pop(name, None)
    encoded = data.urlencode()
    if len(encoded) <= _LIMIT:
        request.session[_KEY] = {"path": path, "who": who, "data": encoded}


def take(request: HttpRequest) -> QueryDict | None:
    """What was kept for this page and this person, once; ``None`` when there is nothing."""
    found = request.session.get(_KEY)
    if not found:
        return None
    if found["who"] != request.user.pk:
        del request.session[_KEY]
        return None
    if found["path"] != request.path:
        return None
    del request.session[_KEY]
    return QueryDict(found["data"])
