"""What the cahier des charges puts among what waits for a person: to be diffused, answers due."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from consultations.enums import EtatCahier
from consultations.models import CahierDesCharges, VersionDiffusee
from core import clock
from core.actor import Actor
from core.formats import format_date
from projects.dashboard import LIMIT, TODOS, Carried, Todo
from projects.enums import Etat

_AHEAD = dt.timedelta(days=14)


def _told(instant: dt.datetime, fuseau: str) -> str:
    """« vendredi 15 janvier 2027 à 17 h 00, heure de Paris »."""
    return CahierDesCharges(date_limite=instant, fuseau=fuseau).date_limite_texte


_VALIDATED = Carried(
    lambda carried: (
        CahierDesCharges.objects.filter(state=EtatCahier.VALIDE, ingenierie__in=carried.values("pk"))
        .order_by("date_limite", "state_since", "pk")
        .values("ingenierie_id", "ingenierie__titre", "state_since", "date_limite", "fuseau")[:LIMIT]
    )
)


def to_diffuse(actor: Actor) -> list[Todo]:
    """Cahiers validated and not diffused, of the ingénieries the actor carries; late when their deadline is past."""
    now = clock.now()
    todos = []
    for row in _VALIDATED.rows(actor):
        deadline, fuseau = row["date_limite"], row["fuseau"]
        past = deadline is not None and deadline <= now
        detail = f"Cahier des charges validé le {format_date(row['state_since'])}, pas encore diffusé."
        if past:
            detail += f" Sa date limite de réponse est passée ({_told(deadline, fuseau)}) : fixez-en une autre."
        todos.append(
            Todo(
                title=row["ingenierie__titre"],
                detail=detail,
                url=reverse("consultations:cahier", args=[row["ingenierie_id"]]),
                date=deadline.astimezone(ZoneInfo(fuseau)).date() if deadline else None,
                late=past,
            )
        )
    return todos


def _last_versions(carried: QuerySet) -> QuerySet:
    newer = VersionDiffusee.objects.filter(cahier=OuterRef("cahier"), numero__gt=OuterRef("numero"))
    return (
        VersionDiffusee.objects.filter(
            ~Exists(newer), cahier__ingenierie__in=carried.filter(state=Etat.CONFIRMER).values("pk")
        )
        .order_by("date_limite", "pk")
        .values("cahier__ingenierie_id", "cahier__ingenierie__titre", "date_limite", "cahier__fuseau")[:LIMIT]
    )


_CALLS = Carried(_last_versions)


def answers_due(actor: Actor) -> list[Todo]:
    """Calls whose deadline is within 14 days or past, until the ingénierie leaves « Confirmer », nearest first.

    A past deadline is nobody's delay: it says that the answers are there to be read. The version that counts is the
    last one diffused, also while its rectification is being written.
    """
    now = clock.now()
    todos = []
    for row in _CALLS.rows(actor):
        deadline, fuseau = row["date_limite"], row["cahier__fuseau"]
        if deadline > now + _AHEAD:
            break
        were = "étaient" if deadline <= now else "sont"
        todos.append(
            Todo(
                title=row["cahier__ingenierie__titre"],
                detail=f"Les réponses au cahier des charges {were} attendues jusqu’au {_told(deadline, fuseau)}.",
                url=reverse("consultations:cahier", args=[row["cahier__ingenierie_id"]]),
                date=deadline.astimezone(ZoneInfo(fuseau)).date(),
            )
        )
    return todos


def register() -> None:
    """Called once by :func:`consultations.providers.register`."""
    TODOS.register("cahier_a_diffuser", to_diffuse, order=20)
    TODOS.register("reponses", answers_due, order=25)
