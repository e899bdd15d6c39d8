"""What the comité d'appui puts among what waits for a person: sessions to convene, to close."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from core import clock
from core.actor import Actor
from core.formats import format_date
from core.prepared import Prepared
from engagement.comite.enums import EtatSeance
from engagement.comite.models import SeanceComite
from projects.dashboard import LIMIT, TODOS, Todo

_SEANCES = Prepared(
    lambda mark: (
        SeanceComite.objects.filter(
            organisation=mark("organisation"),
            state__in=(EtatSeance.PREPARATION, EtatSeance.CONVOQUEE, EtatSeance.TENUE),
        )
        .order_by("debut", "pk")
        .values("pk", "debut", "state")[:LIMIT]
    )
)


#: A session is to be convened from this long before it.
CONVENE_BEFORE = dt.timedelta(days=30)


def sessions(actor: Actor) -> list[Todo]:
    """Sessions of the comité d'appui of the actor's DLA to convene, or whose opinions are to record, soonest first."""
    organisation = actor.organisation
    if organisation is None or not organisation.is_dla or not actor.membership.writes:
        return []
    now, told = clock.now(), []
    for row in _SEANCES.rows(organisation=organisation.pk):
        if row["state"] == EtatSeance.TENUE:
            detail = "La séance a eu lieu : enregistrez les avis du comité, écrivez la synthèse, puis clôturez."
        elif row["debut"] <= now:
            detail = "La date est passée : dites que la séance a eu lieu, ou annulez-la."
        elif row["state"] == EtatSeance.PREPARATION and row["debut"] - now <= CONVENE_BEFORE:
            detail = "Les membres ne sont pas encore convoqués."
        else:
            continue
        told.append(
            Todo(
                title=f"Comité d’appui du {format_date(row['debut'])}",
                detail=detail,
                url=reverse("comite:seance", args=[row["pk"]]),
            )
        )
    return told


def register() -> None:
    """Called once by :func:`engagement.comite.providers.register`."""
    TODOS.register("seances_comite", sessions, order=28)
