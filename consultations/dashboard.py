"""What the cahier des charges puts among what waits for a person: to be diffused, answers due."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, QuerySet, Subquery
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


def _validated_or_called(carried: QuerySet) -> QuerySet:
    cahiers = CahierDesCharges.objects.filter(ingenierie__in=carried.values("pk"))
    validated = cahiers.filter(state=EtatCahier.VALIDE).order_by("date_limite", "state_since", "pk")
    last = VersionDiffusee.objects.filter(cahier=OuterRef("pk")).order_by("-numero").values("date_limite")[:1]
    called = (
        cahiers.filter(ingenierie__state=Etat.CONFIRMER)
        .annotate(diffuse=Subquery(last))
        .filter(diffuse__isnull=False)
        .order_by("diffuse", "pk")
    )
    first = Q(pk__in=validated.values("pk")[:LIMIT]) | Q(pk__in=called.values("pk")[:LIMIT])
    return (
        CahierDesCharges.objects.filter(first)
        .annotate(diffuse=Subquery(last))
        .order_by("date_limite", "state_since", "pk")
        .values(
            "pk", "ingenierie_id", "ingenierie__titre", "ingenierie__state", "state", "state_since", "date_limite",
            "fuseau", "diffuse",
        )
    )  # fmt: skip


_VALIDATED_OR_CALLED = Carried(_validated_or_called)


def cahiers(actor: Actor) -> list[Todo]:
    """Of the ingénieries the actor carries: cahiers validated and not diffused, then calls whose answers are due.

    A validated cahier is late when its deadline is past. A call is told from 14 days before its deadline until the
    ingénierie leaves « Confirmer », nearest first; once past, it is nobody's delay: it says that the answers are there
    to be read. The version that counts is the last one diffused, also while its rectification is being written.
    """
    rows = _VALIDATED_OR_CALLED.rows(actor)
    soon = clock.now() + _AHEAD
    called = sorted(
        (
            row
            for row in rows
            if row["ingenierie__state"] == Etat.CONFIRMER and row["diffuse"] is not None and row["diffuse"] <= soon
        ),
        key=lambda row: (row["diffuse"], row["pk"]),
    )
    validated = [row for row in rows if row["state"] == EtatCahier.VALIDE]
    return [*map(_to_diffuse, validated[:LIMIT]), *map(_answers_due, called[:LIMIT])]


def _to_diffuse(row: dict[str, Any]) -> Todo:
    deadline, fuseau = row["date_limite"], row["fuseau"]
    past = deadline is not None and deadline <= clock.now()
    detail = f"Cahier des charges validé le {format_date(row['state_since'])}, pas encore diffusé."
    if past:
        detail += f" Sa date limite de réponse est passée ({_told(deadline, fuseau)}) : fixez-en une autre."
    return Todo(
        title=row["ingenierie__titre"],
        detail=detail,
        url=reverse("consultations:cahier", args=[row["ingenierie_id"]]),
        date=deadline.astimezone(ZoneInfo(fuseau)).date() if deadline else None,
        late=past,
    )


def _answers_due(row: dict[str, Any]) -> Todo:
    deadline, fuseau = row["diffuse"], row["fuseau"]
    were = "étaient" if deadline <= clock.now() else "sont"
    return Todo(
        title=row["ingenierie__titre"],
        detail=f"Les réponses au cahier des charges {were} attendues jusqu’au {_told(deadline, fuseau)}.",
        url=reverse("consultations:cahier", args=[row["ingenierie_id"]]),
        date=deadline.astimezone(ZoneInfo(fuseau)).date(),
    )


def register() -> None:
    """Called once by :func:`consultations.providers.register`."""
    TODOS.register("cahiers", cahiers, order=20)
