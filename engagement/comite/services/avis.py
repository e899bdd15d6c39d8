"""Opinions given in a session of the comité d'appui: each member's, then the comité's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts import services as accounts
from core import clock, journal
from core.actor import Actor
from core.editing import changed_meanwhile, checked, lock
from core.errors import InvalidInput, NotAllowed
from engagement.comite.enums import EtatSeance
from engagement.comite.models import AvisMembre, MembreComite, PointComite
from engagement.comite.services.liens import AVIS_COMITE
from engagement.comite.services.seances import ensure_manages, locked
from engagement.validation.models import AvisComite
from engagement.validation.services import record_avis
from projects.enums import SensAvis

journal.register_verbs({"engagement.avis_membre": "a donné l’avis d’un membre du comité d’appui"})


def avis_of(point: PointComite, membre: MembreComite) -> AvisMembre:
    """The opinion of ``membre`` on ``point``, or one not saved yet (version 0): reading writes nothing."""
    return AvisMembre.objects.filter(point=point, membre=membre).first() or AvisMembre(
        point=point, membre=membre, version=0
    )


def save_avis_membre(
    point: PointComite,
    membre: MembreComite,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int | None = None,
) -> AvisMembre:
    """Keep the opinion of a member: ``sens`` and ``commentaires`` (required unless favorable); it may change until
    the session is closed.

    By the member's own link, or by who holds the session (told on the telephone, in the room). Raises ``NotAllowed``
    (another link, another DLA, session closed), ``LinkClosed``, ``InvalidInput``, ``EditConflict`` (two tabs).
    """
    seance = membre.seance
    if point.seance_id != membre.seance_id:
        raise NotAllowed("Cette ingénierie n’est pas à l’ordre du jour de cette séance.")
    values = {**values, "commentaires": (values.get("commentaires") or "").strip()}
    if values.get("sens") not in SensAvis.values:
        raise InvalidInput("Choisissez un avis.")
    if values["sens"] != SensAvis.FAVORABLE and not values["commentaires"]:
        raise InvalidInput("Dites les réserves ou les raisons.")
    with transaction.atomic():
        by_link = actor.kind == "link"
        if by_link:
            accounts.take(actor, AVIS_COMITE, membre)
            lock(seance).ensure_open()
        else:
            locked(seance, actor)
        row = avis_of(point, membre)
        if expected_version is not None and row.version != expected_version:
            raise changed_meanwhile(row, journal.entries_since(row, expected_version) if row.pk else [])
        before = {"sens": row.sens or None, "commentaires": row.commentaires or None}
        for name, value in checked(row, values).items():
            setattr(row, name, value)
        changes = {n: (was, getattr(row, n)) for n, was in before.items() if (was or "") != getattr(row, n)}
        if not changes:
            return row
        row.given_at, row.par_lien = clock.now(), by_link
        row.version += 1
        row.save()
        journal.record(actor, "engagement.avis_membre", row, scope=seance, changes=changes)
    return row


def record_point(
    point: PointComite, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None = None
) -> AvisComite:
    """Record the avis of the comité on one ingénierie of the session: it is the avis that the gate reads.

    ``values``: ``sens``, ``commentaires``; date and those present are the session's. ``expected_version`` is that of
    the :class:`AvisComite` (0 when the ingénierie has none). Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    seance = point.seance
    ensure_manages(seance, actor)
    with transaction.atomic():
        fresh = locked(seance, actor)
        if fresh.state != EtatSeance.TENUE:
            raise InvalidInput("L’avis du comité s’enregistre une fois que la séance a eu lieu.")
        return record_avis(
            point.ingenierie,
            fresh.organisation,
            {
                "date": fresh.jour,
                "membres": fresh.presents,
                "sens": values.get("sens"),
                "commentaires": values.get("commentaires", ""),
            },
            actor=actor,
            expected_version=expected_version,
            seance=fresh,
        )
