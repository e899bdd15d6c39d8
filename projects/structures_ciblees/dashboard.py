"""What structures without an answer put among what waits for a person."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Min
from django.urls import reverse

from core import clock
from core.actor import Actor
from core.formats import format_date, plural
from projects.dashboard import LIMIT, TODOS, Todo, carried
from projects.enums import EtatMobilisation
from projects.structures_ciblees.models import StructureCiblee

#: Days after which a structure that says nothing is worth another call.
SILENCE = 21


def silent(actor: Actor) -> list[Todo]:
    """The ingénieries the actor carries where structures contacted three weeks ago have not answered, oldest first."""
    since = clock.today() - dt.timedelta(days=SILENCE)
    rows = (
        StructureCiblee.objects.filter(
            **carried(actor, "ingenierie__"),
            state=EtatMobilisation.CONTACTEE,
            reponse_le__isnull=True,
            contactee_le__lte=since,
        )
        .order_by()
        .values("ingenierie_id", "ingenierie__titre")
        .annotate(n=Count("pk"), first=Min("contactee_le"))
        .order_by("first", "ingenierie_id")
    )
    return [
        Todo(
            title=row["ingenierie__titre"],
            detail=f"{plural(row['n'], 'structure contactée', 'structures contactées')} depuis trois semaines ou plus "
            f"sans réponse, la première le {format_date(row['first'])} : relancez, ou notez ce qui a été dit.",
            url=reverse("projects:structures", args=[row["ingenierie_id"]]) + "?reponse=sans",
        )
        for row in rows[:LIMIT]
    ]


def register() -> None:
    """Called once by :func:`projects.structures_ciblees.providers.register`."""
    TODOS.register("structures_sans_reponse", silent, order=33)
