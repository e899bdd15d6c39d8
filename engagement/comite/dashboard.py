"""What the comité d'appui puts among what waits for a person: sessions to convene, to close."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.urls import reverse

from core import clock
from core.actor import Actor
from core.formats import format_date
from engagement.comite.enums import EtatSeance
from engagement.comite.models import SeanceComite
from projects.dashboard import LIMIT, TODOS, Todo

#: A session is to be convened from this long before it.
CONVENE_BEFORE = dt.timedelta(days=30)


def sessions(actor: Actor) -> list[Todo]:
    """Sessions of the comité d'appui of the actor's DLA to convene, or whose opinions are to record, soonest first."""
    organisation = actor.organisation
    if organisation is None or not organisation.is_dla or not actor.membership.writes:
        return []
    now, told = clock.now(), []
    rows = (
        SeanceComite.objects.filter(organisation=organisation.pk)
        .filter(
            Q(state=EtatSeance.TENUE)
            | Q(state=EtatSeance.PREPARATION, debut__lte=now + CONVENE_BEFORE)
            | Q(state=EtatSeance.CONVOQUEE, debut__lte=now)
        )
        .order_by("debut", "pk")
        .only("pk", "debut", "fuseau", "state")
    )
    for seance in rows[:LIMIT]:
        if seance.state == EtatSeance.TENUE:
            detail = "La séance a eu lieu : enregistrez les avis du comité, écrivez la synthèse, puis clôturez."
        elif seance.debut <= now:
            detail = "La date est passée : dites que la séance a eu lieu, ou annulez-la."
        else:
            detail = "Les membres ne sont pas encore convoqués."
        told.append(
            Todo(
                title=f"Comité d’appui du {format_date(seance.jour)}",
                detail=detail,
                url=reverse("comite:seance", args=[seance.pk]),
            )
        )
    return told


def register() -> None:
    """Called once by :func:`engagement.comite.providers.register`."""
    TODOS.register("seances_comite", sessions, order=28)
