"""What waits for a person: each floor adds its own lines to the home page.

A provider answers for one actor, each kind of line with one query and :data:`LIMIT` lines at most. Most ask something
of the ingénieries that the actor carries: :func:`carried`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core.actor import Actor
from core.registry import Registry
from projects.enums import OPEN_STATES
from projects.ingenierie.models import Ingenierie, scope_of

LIMIT = 8


@dataclass(frozen=True)
class Todo:
    """One line of « ce qui m’attend »: what, where, when; ``late`` when the date is past."""

    title: str
    detail: str
    url: str
    date: dt.date | None = None
    late: bool = False


TodoProvider = Callable[[Actor], list[Todo]]
TODOS: Registry[TodoProvider] = Registry("ce qui attend")


def carried(actor: Actor, path: str = "") -> dict[str, Any]:
    """The lookups for the open ingénieries the actor's work is about: those carried, or the organisation's for a
    responsable. ``path`` leads to the ingénierie (``"reunion__ingenierie__"``)."""
    key, membership = scope_of(actor), actor.membership
    if key is None or membership is None:
        return {f"{path}pk__in": ()}
    mine = {"pilote": membership.organisation_id} if membership.manages else {"charge_mission": actor.user_id}
    visible = {} if key == "*" else {"scopes__key": key}
    return {f"{path}{name}": value for name, value in {**visible, **mine, "state__in": OPEN_STATES}.items()}


def carried_by(actor: Actor) -> QuerySet:
    """Those ingénieries themselves."""
    return Ingenierie.objects.filter(**carried(actor))
