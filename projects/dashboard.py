"""What waits for a person: each floor adds its own lines to the home page.

A provider answers for one actor with a bounded number of queries (one, ideally) and at most :data:`LIMIT` lines.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from core import clock
from core.actor import Actor
from core.formats import format_date
from core.registry import Registry
from projects.enums import OPEN_STATES

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


def carried_by(actor: Actor):
    """The open ingénieries the actor's work is about: those carried, or the organisation's for a responsable."""
    from projects.models import Ingenierie

    mine = Ingenierie.objects.visible_to(actor).filter(state__in=OPEN_STATES)
    if actor.membership is not None and actor.membership.manages:
        return mine.filter(pilote=actor.organisation_id)
    return mine.filter(charge_mission=actor.user_id)


def ending(actor: Actor) -> list[Todo]:
    """Ingénieries whose end is past or within 14 days."""
    today = clock.today()
    rows = (
        carried_by(actor)
        .filter(date_fin__lte=today + dt.timedelta(days=14))
        .order_by("date_fin", "pk")
        .values_list("pk", "titre", "date_fin")[:LIMIT]
    )
    return [
        Todo(
            title=titre,
            detail=f"La fin prévue était le {format_date(fin)}."
            if fin < today
            else f"La fin est prévue le {format_date(fin)}.",
            url=reverse("projects:detail", args=[pk]),
            date=fin,
            late=fin < today,
        )
        for pk, titre, fin in rows
    ]


def asleep(actor: Actor) -> list[Todo]:
    """Ingénieries without any activity for two months."""
    since = clock.now() - dt.timedelta(days=60)
    rows = (
        carried_by(actor)
        .filter(last_activity_at__lt=since)
        .order_by("last_activity_at", "pk")
        .values_list("pk", "titre", "last_activity_at")[:LIMIT]
    )
    return [
        Todo(title, f"Rien ne s’y est passé depuis le {format_date(at)}.", reverse("projects:demarche", args=[pk]))
        for pk, title, at in rows
    ]


def overridden(actor: Actor) -> list[Todo]:
    """For a C2RA: the conditions passed over in the region these last 30 days."""
    from projects.models import ConditionLevee, Ingenierie

    if actor.organisation is None or not actor.organisation.is_c2ra:
        return []
    rows = (
        ConditionLevee.objects.filter(
            at__gte=clock.now() - dt.timedelta(days=30), ingenierie__in=Ingenierie.objects.visible_to(actor)
        )
        .exclude(ingenierie__pilote=actor.organisation_id)
        .order_by("-at", "-pk")
        .values_list("ingenierie_id", "ingenierie__titre", "label", "by_label")[:LIMIT]
    )
    return [
        Todo(title, f"Condition levée par {who} : {label}.", reverse("projects:etape", args=[pk]))
        for pk, title, label, who in rows
    ]


def register() -> None:
    TODOS.register("fin", ending, order=10)
    TODOS.register("conditions_levees", overridden, order=60)
    TODOS.register("sommeil", asleep, order=80)
