"""What waits for a person: each floor adds its own lines to the home page.

A provider answers for one actor, each kind of line with one query and :data:`LIMIT` lines at most. Most ask something
of the ingénieries that the actor carries: :func:`carried`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from core import clock
from core.actor import Actor
from core.formats import format_date
from core.registry import Registry
from projects.enums import OPEN_STATES, EtatMutualisation, ReponseDLA

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
    from projects.models.ingenierie import scope_of

    key, membership = scope_of(actor), actor.membership
    if key is None or membership is None:
        return {f"{path}pk__in": ()}
    mine = {"pilote": membership.organisation_id} if membership.manages else {"charge_mission": actor.user_id}
    visible = {} if key == "*" else {"scopes__key": key}
    return {f"{path}{name}": value for name, value in {**visible, **mine, "state__in": OPEN_STATES}.items()}


def carried_by(actor: Actor) -> QuerySet:
    """Those ingénieries themselves."""
    from projects.models import Ingenierie

    return Ingenierie.objects.filter(**carried(actor))


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


def pooling(actor: Actor) -> list[Todo]:
    """For a DLA, the proposals of pooling that wait for its answer; for a C2RA, those of its own that may open or whose
    date is past."""
    from projects.models import Mutualisation, ReponseMutualisation

    organisation = actor.organisation
    if organisation is None or not actor.membership.writes:
        return []
    today = clock.today()
    if organisation.is_dla:
        waiting = (
            ReponseMutualisation.objects.filter(
                organisation=organisation.pk,
                reponse=ReponseDLA.EN_ATTENTE,
                mutualisation__state=EtatMutualisation.PROPOSEE,
            )
            .order_by("mutualisation__reponse_avant", "pk")
            .values_list("mutualisation_id", "mutualisation__titre", "mutualisation__reponse_avant")[:LIMIT]
        )
        return [
            Todo(
                titre,
                f"Mutualisation proposée par le C2RA : votre réponse est attendue avant le {format_date(before)}.",
                reverse("besoins:mutualisation", args=[pk]),
                before,
                before < today,
            )
            for pk, titre, before in waiting
        ]
    if not organisation.is_c2ra:
        return []
    takes_part = Q(reponses__reponse__in=[ReponseDLA.ACCEPTE, ReponseDLA.REJOINT])
    proposals = (
        Mutualisation.objects.filter(organisation=organisation.pk, state=EtatMutualisation.PROPOSEE)
        .annotate(accords=Count("reponses", filter=takes_part))
        .filter(Q(accords__gte=F("seuil")) | Q(reponse_avant__lt=today))
        .order_by("reponse_avant", "pk")
        .values_list("pk", "titre", "accords", "seuil", "reponse_avant")[:LIMIT]
    )
    return [
        Todo(
            titre,
            f"{accords} DLA ont accepté : l’ingénierie peut s’ouvrir."
            if accords >= seuil
            else f"La date de réponse est passée : {accords} accords sur {seuil}.",
            reverse("besoins:mutualisation", args=[pk]),
            before,
        )
        for pk, titre, accords, seuil, before in proposals
    ]


def register() -> None:
    TODOS.register("mutualisations", pooling, order=20)
    TODOS.register("rythme", pace, order=10)
    TODOS.register("conditions_levees", overridden, order=60)
