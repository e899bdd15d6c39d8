"""What somebody was typing when it could not be saved: kept in the session, for her alone, until it is.

The session had ended, the form had been opened for another organisation, its token was that of another session, the
personal link did not serve any more: what was posted waits (:func:`keep`), and the same person finds it again on the
page of the form, not saved yet. A :class:`core.views.editing.FormPage` puts it back in its fields (:func:`put_back`);
on any other page ``partials/saisie.html`` gives it back in a form of its own, which ``static/js/kept.js`` pours into
the form it comes from. It is forgotten once the form is accepted (:class:`core.middleware.TypedMiddleware`), when
somebody else signs in, and with the session.

Kept: what was typed, never a file nor a password; a few pages at most, none too long. It waits sealed: who reads the
database does not read it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict

from core import clock
from core.sealing import seal, unseal
from core.views import marks
from core.views.marks import Mark

_KEY = "saisies"
#: Pages kept at once, and characters kept of each: more is not what a person types.
_PAGES = 5
LIMIT = 300_000
#: Seconds it waits at most, in a session that lasts longer.
_LIFE = 24 * 3600
_NOT_TYPED = ("csrfmiddlewaretoken", marks.FIELD)
#: The values of choices, keys and numbers.
_CODE = re.compile(r"[a-z0-9_.:-]+")
_SECRET = ("password", "mot_de_passe")
#: What a page shows without anybody typing it.
_HIDDEN = ("version", "action", "expected_state", "brouillon")

SESSION, ORGANISATION, TOKEN, LINK, TOO_LONG = "session", "organisation", "jeton", "lien", "trop_long"


@dataclass(frozen=True, slots=True)
class Kept:
    """``why`` is one of the words above; ``action`` the address that the form posts to."""

    why: str
    action: str
    data: QueryDict

    @property
    def texts(self) -> list[tuple[str, str]]:
        """What looks written by a person rather than chosen: (field, text)."""
        return [(name, value) for name, value in self._values() if _written(name, value)]

    @property
    def others(self) -> list[tuple[str, str]]:
        """All the rest that the form posted."""
        return [(name, value) for name, value in self._values() if not _written(name, value)]

    def _values(self) -> list[tuple[str, str]]:
        return [(name, value) for name, values in self.data.lists() for value in values]


def _written(name: str, value: str) -> bool:
    return name not in _HIDDEN and bool(value.strip()) and not _CODE.fullmatch(value)


def keep(request: HttpRequest, mark: Mark | None, why: str) -> bool:
    """Keep what is posted for whom its ``mark`` names; return whether there was something to keep, and it is kept."""
    if mark is None or not mark.who or marks.holds_secrets(request):
        return False
    data = _typed(request)
    fits = sum(len(value) for _, values in data.lists() for value in values) <= LIMIT
    entry = {
        "who": mark.who,
        "why": why if fits else TOO_LONG,
        "action": request.get_full_path(),
        "data": seal({"typed": data.urlencode()}) if fits else "",
        "at": int(clock.now().timestamp()),
    }
    others = {place: other for place, other in _entries(request).items() if place != mark.place}
    request.session[_KEY] = {**dict([*others.items()][-(_PAGES - 1) :]), mark.place: entry}
    request.typed_is_kept = True
    return fits


def texts_of(request: HttpRequest) -> list[str]:
    """What this very request holds that somebody wrote, to be shown to her."""
    return [text for _, text in Kept("", "", _typed(request)).texts]


def _typed(request: HttpRequest) -> QueryDict:
    data = request.POST.copy()
    for name in [*data]:
        if name in _NOT_TYPED or any(word in name.lower() for word in _SECRET):
            del data[name]
    return data


def _entries(request: HttpRequest) -> dict[str, dict[str, Any]]:
    session = getattr(request, "session", None)
    found = session.get(_KEY) if session is not None else None
    since = clock.now().timestamp() - _LIFE
    return {place: entry for place, entry in found.items() if entry["at"] > since} if found else {}


def waiting(request: HttpRequest, place: str | None = None) -> Kept | None:
    """What waits for this person on this page."""
    entries = _entries(request)
    entry = entries.get(place or marks.place_of(request)) if entries else None
    if entry is None or entry["who"] != marks.who_acts(request):
        return None
    # A personal link that was sent again has another address.
    action = request.path if entry["who"].startswith("lien:") else entry["action"]
    typed = unseal(entry["data"]) or {}
    return Kept(entry["why"], action, QueryDict(typed.get("typed", "")))


def reasons(request: HttpRequest) -> set[str]:
    """Why things wait in this session, for the pages of sign-in."""
    return {entry["why"] for entry in _entries(request).values() if not entry["who"].startswith("lien:")}


def put_back(request: HttpRequest, form: Any) -> None:
    """Give ``form`` (not bound) what waits for it, as initial values: shown, not saved."""
    found = waiting(request)
    if found is None or not found.data or urlsplit(found.action).path != request.path:
        return
    for name, field in form.fields.items():
        prefixed = form.add_prefix(name)
        if not field.disabled and not field.widget.needs_multipart_form:
            form.initial[name] = field.widget.value_from_datadict(found.data, {}, prefixed)
    request.typed_is_put_back = True


def forget(request: HttpRequest, place: str, path: str = "") -> None:
    """It is saved (by a form of this page that posts to ``path``), or given up."""
    found = request.session.get(_KEY)
    if found and place in found and (not path or urlsplit(found[place]["action"]).path == path):
        request.session[_KEY] = {k: entry for k, entry in found.items() if k != place}


def only_for(request: HttpRequest, user: Any) -> None:
    """``user`` has signed in: what waited for somebody else is not kept beside her."""
    found = request.session.get(_KEY)
    if found:
        request.session[_KEY] = {k: entry for k, entry in found.items() if entry["who"] == str(user.pk)}
