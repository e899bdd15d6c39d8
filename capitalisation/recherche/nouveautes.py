"""What is new in the searches that people keep: one mail a person, of what she may read when it leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.services import actor_for
from accounts.services.erasure import unattached
from capitalisation.bibliotheque.models import Ressource
from capitalisation.recherche.models import RechercheEnregistree
from capitalisation.recherche.recherche import Criteres, chercher
from core import clock
from core.actor import Actor
from core.editing import lock
from core.outbox import queue_mail

MAIL = "capitalisation/recherche_nouveautes"


def nouvelles(recherche: RechercheEnregistree, actor: Actor, depuis: dt.datetime, jusqua: dt.datetime) -> QuerySet:
    """What was published between the two moments, answers the search and may be read by ``actor``: newest first."""
    found = chercher(actor, Criteres.lire(recherche.criteres)).queryset
    return found.filter(publiee_le__gt=depuis, publiee_le__lte=jusqua).order_by("-publiee_le", "-pk")


def encore_la(user: User) -> Actor | None:
    """Who ``user`` acts as; ``None`` for an account that is closed, or that belongs to nothing any more."""
    if not user.is_active or user.pk in unattached({user.pk}):
        return None
    return actor_for(user)


def prevenir(*, actor: Actor, check: Callable[[], None] = lambda: None) -> int:
    """Owe a mail to each person whose searches have something new; returns how many. May run again: what was told is
    not told twice. One transaction a person."""
    rows = (
        RechercheEnregistree.objects.filter(prevenir=True, user__is_active=True)
        .select_related("user__active_membership__organisation")
        .order_by("user", "pk")
    )
    sent = 0
    for _, mine in groupby(rows, key=lambda row: row.user_id):
        check()
        sent += _tell(list(mine), actor)
    return sent


def _tell(rows: list[RechercheEnregistree], actor: Actor) -> int:
    user = rows[0].user
    reader = encore_la(user)
    if reader is None:
        return 0
    now = clock.now()
    with transaction.atomic():
        lock(user)
        told = []
        for row in RechercheEnregistree.objects.filter(pk__in=[row.pk for row in rows], prevenir=True).order_by("pk"):
            if nouvelles(row, reader, row.vue_jusqua, now).exists():
                told.append({"pk": row.pk, "depuis": row.vue_jusqua.isoformat()})
                row.vue_jusqua = now
                row.save(update_fields=["vue_jusqua"])
        if not told:
            return 0
        queue_mail(
            MAIL, to=user.email, context={"user": user.pk, "recherches": told, "jusqua": now.isoformat()},
            actor=actor, scope=user, urgent=False,
        )  # fmt: skip
    return 1


def a_dire(ids: dict[str, Any]) -> tuple[User, list[tuple[RechercheEnregistree, list[Ressource]]]] | None:
    """What a mail that is owed still has to say: each search that still wants it, what of it may be read now."""
    user = User.objects.select_related("active_membership__organisation").filter(pk=ids["user"]).first()
    reader = encore_la(user) if user is not None else None
    if user is None or reader is None:
        return None
    since = {told["pk"]: dt.datetime.fromisoformat(told["depuis"]) for told in ids["recherches"]}
    until = dt.datetime.fromisoformat(ids["jusqua"])
    rows: Iterable[RechercheEnregistree] = RechercheEnregistree.objects.filter(
        pk__in=since, user=user, prevenir=True
    ).order_by("pk")
    found = [(row, list(nouvelles(row, reader, since[row.pk], until)[:PAR_RECHERCHE])) for row in rows]
    kept = [(row, news) for row, news in found if news]
    return (user, kept) if kept else None


#: Most told one by one for one search: the page shows them all.
PAR_RECHERCHE = 20
