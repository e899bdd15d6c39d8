"""What waits for a person: each floor adds its own lines to the home page.

A provider answers for one actor with one query and at most :data:`LIMIT` lines of a kind. Most ask something of the
ingénieries that the actor carries: :class:`Carried` builds the SQL of such a question once.
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
from core.prepared import Prepared
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


def carried_by(actor: Actor) -> QuerySet:
    """The open ingénieries the actor's work is about: those carried, or the organisation's for a responsable."""
    from projects.models import Ingenierie

    mine = Ingenierie.objects.visible_to(actor)
    return _carried(mine, _manages(actor), actor.organisation_id if _manages(actor) else actor.user_id)


def _manages(actor: Actor) -> bool:
    return actor.membership is not None and actor.membership.manages


def _carried(visible: QuerySet, manages: bool, who: Any) -> QuerySet:
    found = visible.filter(state__in=OPEN_STATES)
    return found.filter(pilote=who) if manages else found.filter(charge_mission=who)


class Carried:
    """A question on the ingénieries an actor carries (:func:`carried_by`), its SQL built once per kind of actor.

    ``build(carried)`` makes a ``values()`` queryset of that of the ingénieries carried. Everything else in it is
    constant (:mod:`core.prepared`): it orders by a date and the caller leaves out, in Python, what is not due yet. ::

        ENDING = Carried(lambda carried: carried.order_by("date_fin", "pk").values("pk", "titre")[:LIMIT])
        ENDING.rows(actor)    # the dicts of build(carried_by(actor))
    """

    def __init__(self, build: Callable[[QuerySet], QuerySet]):
        self.build = build
        self._prepared: dict[tuple[bool, bool], Prepared] = {}

    def _prepare(self, manages: bool, everything: bool) -> Prepared:
        from projects.models import Ingenierie

        def build(mark):
            visible = (
                Ingenierie.objects.all() if everything else Ingenierie.objects.filter(scopes__key=mark("key", str))
            )
            return self.build(_carried(visible, manages, mark("who")))

        return Prepared(build)

    def rows(self, actor: Actor) -> list[dict[str, Any]]:
        """The rows for ``actor``: one query, none for who acts for no organisation."""
        from projects.models.ingenierie import scope_of

        key = scope_of(actor)
        if key is None or actor.user_id is None:
            return []
        manages, everything = _manages(actor), key == "*"
        prepared = self._prepared.get((manages, everything))
        if prepared is None:
            prepared = self._prepared[manages, everything] = self._prepare(manages, everything)
        values = {"who": actor.organisation_id if manages else actor.user_id}
        return list(prepared.rows(**values) if everything else prepared.rows(key=key, **values))


def _ending_or_asleep(carried: QuerySet) -> QuerySet:
    ending = carried.filter(date_fin__isnull=False).order_by("date_fin", "pk")
    asleep = carried.order_by("last_activity_at", "pk")
    first = Q(pk__in=ending.values("pk")[:LIMIT]) | Q(pk__in=asleep.values("pk")[:LIMIT])
    return carried.filter(first).order_by("date_fin", "pk").values("pk", "titre", "date_fin", "last_activity_at")


_ENDING_OR_ASLEEP = Carried(_ending_or_asleep)


def pace(actor: Actor) -> list[Todo]:
    """Ingénieries whose end is past or within 14 days, then those without any activity for two months."""
    rows = _ENDING_OR_ASLEEP.rows(actor)
    soon = clock.today() + dt.timedelta(days=14)
    since = clock.now() - dt.timedelta(days=60)
    ending = [row for row in rows if row["date_fin"] is not None and row["date_fin"] <= soon]
    asleep = sorted(
        (row for row in rows if row["last_activity_at"] < since), key=lambda row: (row["last_activity_at"], row["pk"])
    )
    return [*map(_ends, ending[:LIMIT]), *map(_sleeps, asleep[:LIMIT])]


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


def _proposed(mark) -> QuerySet:
    from projects.models import ReponseMutualisation

    return (
        ReponseMutualisation.objects.filter(
            organisation=mark("organisation"),
            reponse=ReponseDLA.EN_ATTENTE,
            mutualisation__state=EtatMutualisation.PROPOSEE,
        )
        .order_by("mutualisation__reponse_avant", "pk")
        .values("mutualisation_id", "mutualisation__titre", "mutualisation__reponse_avant")[:LIMIT]
    )


_PROPOSED = Prepared(_proposed)


def pooling(actor: Actor) -> list[Todo]:
    """For a DLA, the proposals of pooling that wait for its answer; for a C2RA, those of its own that may open or whose
    date is past."""
    from projects.models import Mutualisation

    organisation = actor.organisation
    if organisation is None or not actor.membership.writes:
        return []
    today = clock.today()
    if organisation.is_dla:
        return [
            Todo(
                row["mutualisation__titre"],
                f"Mutualisation proposée par le C2RA : votre réponse est attendue avant le {format_date(before)}.",
                reverse("besoins:mutualisation", args=[row["mutualisation_id"]]),
                before,
                before < today,
            )
            for row in _PROPOSED.rows(organisation=organisation.pk)
            if (before := row["mutualisation__reponse_avant"])
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
