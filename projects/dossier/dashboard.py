"""What waits for who carries ingénieries: those that end, those that sleep."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse

from core import clock
from core.actor import Actor
from core.formats import format_date
from projects.dashboard import LIMIT, Todo, carried_by


def pace(actor: Actor) -> list[Todo]:
    """Ingénieries whose end is past or within 14 days, then those without any activity for two months."""
    soon = clock.today() + dt.timedelta(days=14)
    since = clock.now() - dt.timedelta(days=60)
    mine = carried_by(actor).values("pk", "titre", "date_fin", "last_activity_at")
    ending = mine.filter(date_fin__lte=soon).order_by("date_fin", "pk")[:LIMIT]
    asleep = mine.filter(last_activity_at__lt=since).order_by("last_activity_at", "pk")[:LIMIT]
    return [*map(_ends, ending), *map(_sleeps, asleep)]


def _ends(row: dict[str, Any]) -> Todo:
    fin, today = row["date_fin"], clock.today()
    return Todo(
        title=row["titre"],
        detail=f"La fin prévue était le {format_date(fin)}."
        if fin < today
        else f"La fin est prévue le {format_date(fin)}.",
        url=reverse("projects:detail", args=[row["pk"]]),
        date=fin,
        late=fin < today,
    )


def _sleeps(row: dict[str, Any]) -> Todo:
    return Todo(
        row["titre"],
        f"Rien ne s’y est passé depuis le {format_date(row['last_activity_at'])}.",
        reverse("projects:demarche", args=[row["pk"]]),
    )
