"""What the cahier des charges puts among what waits for a person: to be diffused, answers due."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from consultations.cahier.enums import EtatCahier
from consultations.cahier.models import CahierDesCharges, VersionDiffusee
from core import clock
from core.actor import Actor
from core.formats import format_date
from projects.dashboard import LIMIT, TODOS, Todo, carried
from projects.enums import Etat

_AHEAD = dt.timedelta(days=14)


def _told(instant: dt.datetime, fuseau: str) -> str:
    """« vendredi 15 janvier 2027 à 17 h 00, heure de Paris »."""
    return CahierDesCharges(date_limite=instant, fuseau=fuseau).date_limite_texte


def cahiers(actor: Actor) -> list[Todo]:
    """Of the ingénieries the actor carries: cahiers validated and not diffused, then calls whose answers are due.

    A validated cahier is late when its deadline is past. A call is told from 14 days before its deadline until the
    ingénierie leaves « Confirmer », nearest first; once past, it is nobody's delay: it says that the answers are there
    to be read. The version that counts is the last one diffused, also while its rectification is being written.
    """
    mine = CahierDesCharges.objects.filter(**carried(actor, "ingenierie__"))
    last = VersionDiffusee.objects.filter(cahier=OuterRef("pk")).order_by("-numero").values("date_limite")[:1]
    validated = (
        mine.filter(state=EtatCahier.VALIDE)
        .order_by("date_limite", "state_since", "pk")
        .values("ingenierie_id", "ingenierie__titre", "state_since", "date_limite", "fuseau")
    )
    called = (
        mine.filter(ingenierie__state=Etat.CONFIRMER)
        .annotate(diffuse=Subquery(last))
        .filter(diffuse__lte=clock.now() + _AHEAD)
        # A call tells its own deadline, that may have moved since.
        .exclude(ingenierie__appels__ouvert_at__isnull=False)
        .order_by("diffuse", "pk")
        .values("ingenierie_id", "ingenierie__titre", "fuseau", "diffuse")
    )
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
    """Called once by :func:`consultations.cahier.providers.register`."""
    TODOS.register("cahiers", cahiers, order=20)
