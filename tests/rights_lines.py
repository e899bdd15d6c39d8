"""The words of the table of rights (tests/test_rights_everywhere.py): how a line says who gets what from a route."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

STRANGERS = ("voisin", "loin", "c2ra_loin", "ancien", "sans")
ALLOWED = "permis"  # the person may do it: it answers, and neither 403 nor 404
ANYTHING = "à soi"  # about oneself only: it answers


def _nothing(w) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Line:
    """How to reach a route, what to post, and what is answered.

    ``get`` and ``post`` map a person to a status (or ``ALLOWED``); ``None`` for a method the route does not have.
    """

    args: Callable[[Any], list]
    get: dict[str, Any] | None
    post: dict[str, Any] | None
    data: Callable[[Any], dict[str, Any]] = _nothing
    owner: Any = ALLOWED  # what A's responsable gets
    written: int = 302  # what she gets when she posts the data


def _same(reader: Any, strangers: Any, **others: Any) -> dict[str, Any]:
    return {"lecture": reader, **dict.fromkeys(STRANGERS, strangers)} | others


def _pk(w) -> list:
    return [w.dossier.pk]


def read(args=_pk, data=_nothing) -> Line:
    """A page of the dossier: read by A, unknown to strangers; posting there is refused to who only reads."""
    return Line(args, _same(ALLOWED, 404), _same(403, 404), data, written=405 if data is _nothing else 302)


def edit(args=_pk, data=_nothing, **options) -> Line:
    """A page that serves to write."""
    return Line(args, _same(403, 404), _same(403, 404), data, **options)


def act(args=_pk, data=_nothing, **options) -> Line:
    """A button: POST only."""
    return Line(args, None, _same(403, 404), data, **options)


def under(name: str) -> Callable[[Any], list]:
    """An object of the dossier, under it."""
    return lambda w: [w.dossier.pk, getattr(w, name).pk]


def _organisation(w) -> list:
    return [w.a.pk]


def _open(**others: Any) -> dict[str, Any]:
    return _same(ALLOWED, ALLOWED, **others)


def own(**options) -> Line:
    """A page about oneself: only the visitor is sent away."""
    return Line(lambda w: [], _same(ANYTHING, ANYTHING), _same(ANYTHING, ANYTHING), owner=ANYTHING, **options)


def listing(**others) -> Line:
    """A list: each sees his own (what A's names do not show is in ``HIDDEN``)."""
    return Line(lambda w: [], _open(**others), None)


def opening(data, args=lambda w: [], **others) -> Line:
    """A page that opens something new in one's own organisation (without data: that only serves to do so)."""
    refused = {"lecture": 403, "sans": 403, "ancien": 403, **others}
    return Line(args, _open(**refused), _open(**refused) if data else None, data or _nothing)


def operator(args, *, posts: bool) -> Line:
    """For the one who runs the application: even A's responsable does not find it."""
    nobody = _same(404, 404)
    return Line(args, None if posts else nobody, nobody if posts else None, owner=404)


def published(args) -> Line:
    """A published fiche: every organisation reads it, whatever the région; nobody else does."""
    return Line(args, _same(ALLOWED, ALLOWED, ancien=404, sans=404), None)


def theirs(args, data, *, get, post) -> Line:
    """A page of a prestataire's own space, or of the C2RA of its région: even A's responsable does not find it.

    ``get="c2ra"`` is a list of a C2RA: the one of another région sees its own.
    """
    nobody = _same(404, 404)
    if get == "c2ra":
        return Line(args, {**nobody, "c2ra_loin": ALLOWED}, None, owner=404)
    return Line(args, nobody if get else None, nobody if post else None, lambda w: data, owner=404, written=404)
