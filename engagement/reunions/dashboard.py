"""What the meetings put among what waits for a person: those to hold, what they decided."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from core import clock
from core.actor import Actor
from engagement.rendezvous.enums import EtatRendezvous
from engagement.reunions.models import DecisionReunion, Reunion
from projects.dashboard import LIMIT, TODOS, Todo, carried

_AHEAD = dt.timedelta(days=14)


def meetings(actor: Actor) -> list[Todo]:
    """Meetings of the next 14 days, and those past of which nobody said whether they were held, oldest first."""
    now = clock.now()
    rows = (
        Reunion.objects.filter(
            state__in=(EtatRendezvous.PREVUE, EtatRendezvous.CONVOQUEE),
            debut__lte=now + _AHEAD,
            **carried(actor, "ingenierie__"),
        )
        .order_by("debut", "pk")
        .values(
            "pk", "ingenierie_id", "ingenierie__titre", "state", "nature", "debut", "date", "heure_debut", "heure_fin",
            "fuseau",
        )[:LIMIT]
    )  # fmt: skip
    todos = []
    for row in rows:
        fields = ("nature", "date", "heure_debut", "heure_fin", "fuseau")
        meeting = Reunion(**{name: row[name] for name in fields})
        past = row["debut"] <= now
        if past:
            rest = "A-t-elle eu lieu ? Notez qui est venu et ce qui s’est décidé."
        else:
            rest = "" if row["state"] == EtatRendezvous.CONVOQUEE else "Les participants ne sont pas encore convoqués."
        todos.append(
            Todo(
                title=row["ingenierie__titre"],
                detail=f"{meeting.get_nature_display()}, {meeting.quand}. {rest}".strip(),
                url=reverse("engagement:reunion", args=[row["ingenierie_id"], row["pk"]]),
                date=meeting.date,
                late=past,
            )
        )
    return todos


def decisions(actor: Actor) -> list[Todo]:
    """Decisions of meetings still to be done, due within 14 days or past, oldest first."""
    today = clock.today()
    rows = (
        DecisionReunion.objects.filter(
            faite_le__isnull=True, echeance__lte=today + _AHEAD, **carried(actor, "reunion__ingenierie__")
        )
        .exclude(reunion__state=EtatRendezvous.ANNULEE)
        .order_by("echeance", "pk")
        .values("reunion_id", "reunion__ingenierie_id", "reunion__ingenierie__titre", "texte", "qui", "echeance")
    )
    return [
        Todo(
            title=row["reunion__ingenierie__titre"],
            detail=f"Décision à suivre{' (' + row['qui'] + ')' if row['qui'] else ''} : {_short(row['texte'])}",
            url=reverse("engagement:reunion", args=[row["reunion__ingenierie_id"], row["reunion_id"]]) + "#decisions",
            date=row["echeance"],
            late=row["echeance"] < today,
        )
        for row in rows[:LIMIT]
    ]


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:119].rsplit(" ", 1)[0] + " […]"


def register() -> None:
    """Called once by :func:`engagement.reunions.providers.register`."""
    TODOS.register("reunions", meetings, order=15)
    TODOS.register("decisions", decisions, order=28)
