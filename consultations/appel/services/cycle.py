"""The state of a call: opened to those invited, extended, called off, without a follow-up, opened again; what the rooms
above do of it (its propositions are opened, it is awarded)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from consultations.appel import notices
from consultations.appel.conditions import nothing_received
from consultations.appel.enums import EtatAppel, ModeAppel
from consultations.appel.models import Appel, Prolongation
from consultations.appel.permissions import why_not_call
from consultations.appel.services.base import give, latest_version, lock_appel, lock_ingenierie
from consultations.appel.services.preparation import send
from core import clock, journal
from core.actor import Actor
from core.errors import InvalidInput, NotAllowed, StaleState
from core.lifecycle import perform
from core.text import typed_text
from projects.ingenierie.services import touch

journal.register_verbs(
    {
        "consultations.appel_prolonge": "a prolongé l’appel aux prestataires",
        "consultations.appel_rectifie": "a remis à tous la version rectifiée du cahier des charges",
    }
)

Effect = Callable[[Appel], None]


def _act(
    appel: Appel,
    action: str,
    *,
    actor: Actor,
    reason: str = "",
    expected_state: str | None = None,
    version: int | None = None,
    before: Callable[[Appel], Mapping[str, Any] | None] | None = None,
    effect: Effect | None = None,
) -> Appel:
    """One action of the lifecycle, the ingénierie locked first, ``touch`` called last."""
    with transaction.atomic():
        lock_ingenierie(appel.ingenierie)
        fresh = perform(
            appel,
            action,
            actor=actor,
            expected_state=expected_state or appel.state,
            version=version,
            reason=reason,
            scope=appel.ingenierie,
            before=before,
            effect=effect,
        )
        touch(appel.ingenierie_id)
    return fresh


def open_call(appel: Appel, *, actor: Actor, expected_state: str | None = None, version: int | None = None) -> Appel:
    """Open the call: each invited prestataire receives its mail. A call that went back to the complete mode is sent
    again, as such, to all.

    Raises ``NotAllowed``; ``ConditionsNotMet`` with what is missing (a diffused version, a deadline to come, a reason
    for another number than the rule); ``StaleState``.
    """

    def before(locked: Appel) -> dict[str, Any]:
        locked.ouvert_at = locked.ouvert_at or clock.now()
        return {}

    def effect(locked: Appel) -> None:
        # One who declined a simplified call is told that it went back to the complete mode, and may come back.
        for invitation in locked.invitations.filter(decline_at=None).select_related("prestataire").order_by("pk"):
            invitation.appel = locked
            send(invitation, actor=actor)

    return _act(
        appel, "ouvrir", actor=actor, expected_state=expected_state, version=version, before=before, effect=effect
    )


def _end(appel: Appel, action: str, **asked: Any) -> Appel:
    reason, actor = typed_text(asked.get("reason", ""), limit=2000), asked["actor"]

    def before(locked: Appel) -> dict[str, Any]:
        locked.fin_at, locked.motif_fin = clock.now(), reason
        return {}

    def effect(locked: Appel) -> None:
        notices.news(locked, action, locked.version, actor=actor, template=notices.ARRET)

    return _act(appel, action, before=before, effect=effect, **asked)


def cancel(
    appel: Appel, *, reason: str, actor: Actor, expected_state: str | None = None, version: int | None = None
) -> Appel:
    """Call it off, whatever its state: every prestataire to whom it was sent is told why.

    Raises ``NotAllowed``, ``InvalidInput`` without a reason, ``StaleState``.
    """
    return _end(appel, "annuler", reason=reason, actor=actor, expected_state=expected_state, version=version)


def close_without(
    appel: Appel, *, reason: str, actor: Actor, expected_state: str | None = None, version: int | None = None
) -> Appel:
    """After the deadline, nothing comes of it (no proposition, none that suits): everybody is told why.

    Raises ``NotAllowed``, ``ConditionsNotMet`` before the deadline, ``InvalidInput``, ``StaleState``.
    """
    return _end(appel, "sans_suite", reason=reason, actor=actor, expected_state=expected_state, version=version)


def extend(appel: Appel, date_limite: dt.datetime, motif: str, *, actor: Actor) -> Appel:
    """Move the deadline, later and for all, with a reason that all read; after the deadline, only while nothing was
    received.

    Raises ``NotAllowed``, ``ConditionsNotMet``, ``InvalidInput``.
    """
    with transaction.atomic():
        locked = lock_appel(appel)
        refusal = why_not_call(locked.ingenierie, actor)
        if refusal:
            raise NotAllowed(refusal)
        if locked.state != EtatAppel.OUVERT:
            raise NotAllowed(f"Cet appel ne se prolonge pas : {locked.get_state_display()}.")
        if locked.is_closed and (why := nothing_received(locked, actor)):
            raise NotAllowed(f"La date limite est passée. {why}")
        row = _move(locked, date_limite, motif, actor=actor)
        notices.news(locked, "prolongation", row.pk, actor=actor)
        touch(locked.ingenierie_id)
    return locked


def _move(locked: Appel, date_limite: dt.datetime, motif: str, *, actor: Actor) -> Prolongation:
    """Write the new deadline of a locked call, and keep what it was."""
    motif = typed_text(motif, limit=2000)
    if not motif:
        raise InvalidInput("Dites pourquoi la date change : chaque prestataire invité le lit.")
    if date_limite <= clock.now():
        raise InvalidInput("Cette date est déjà passée : donnez-en une dans le futur.")
    if date_limite <= locked.date_limite:
        raise InvalidInput("La nouvelle date suit l’ancienne : on ne raccourcit pas le temps donné pour répondre.")
    row = Prolongation.objects.create(
        appel=locked, de=locked.date_limite, a=date_limite, motif=motif, by=actor.user, by_label=actor.label[:200]
    )
    changes = {"date_limite": (locked.date_limite, date_limite)}
    locked.date_limite = date_limite
    locked.version += 1
    locked.save()
    journal.record(
        actor, "consultations.appel_prolonge", locked, scope=locked.ingenierie, changes=changes, reason=motif
    )
    return row


def rectified_version(appel: Appel):
    """The diffused version that follows the one this open call was sent with, or ``None``."""
    if appel.version_diffusee is None or appel.state not in (EtatAppel.OUVERT, EtatAppel.PRERETENU):
        return None
    latest = latest_version(appel.ingenierie)
    return latest if latest is not None and latest.numero > appel.version_diffusee.numero else None


def remettre(appel: Appel, *, date_limite: dt.datetime | None = None, actor: Actor) -> Appel:
    """Give the rectified version to every invited prestataire, each told by mail; it may move the deadline for all.

    Raises ``NotAllowed``, ``StaleState`` when no version follows the one sent, ``InvalidInput``.
    """
    with transaction.atomic():
        locked = lock_appel(appel)
        refusal = why_not_call(locked.ingenierie, actor)
        if refusal:
            raise NotAllowed(refusal)
        version = rectified_version(locked)
        if version is None:
            raise StaleState("Tous ont déjà la dernière version diffusée.")
        if locked.is_closed and (why := nothing_received(locked, actor)):
            raise NotAllowed(f"La date limite est passée. {why}")
        if date_limite is not None and date_limite != locked.date_limite:
            _move(locked, date_limite, f"Cahier des charges rectifié : {version.motif}", actor=actor)
        elif locked.is_closed:
            raise InvalidInput("La date limite est passée : donnez-en une autre.")
        changes = {"version_diffusee": (locked.version_diffusee.numero, version.numero)}
        locked.version_diffusee = version
        locked.version += 1
        locked.save()
        journal.record(actor, "consultations.appel_rectifie", locked, scope=locked.ingenierie, changes=changes)
        given = locked.invitations.filter(envoyee_at__isnull=False).select_related("prestataire").order_by("pk")
        if locked.is_simplifie:
            given = given.filter(pre_retenu_at__isnull=False)
        for invitation in given:
            invitation.appel = locked
            give(invitation, version, actor=actor)
        notices.news(locked, "rectifiee", version.pk, actor=actor, only=Q(remises__version=version))
        touch(locked.ingenierie_id)
    return locked


def reopen(appel: Appel, date_limite: dt.datetime, *, reason: str, actor: Actor) -> Appel:
    """Open again a call without a follow-up, that received nothing, until another deadline: all are told.

    Raises ``NotAllowed``, ``ConditionsNotMet`` (something was received, another call runs), ``InvalidInput``.
    """
    reason = typed_text(reason, limit=2000)

    def before(locked: Appel) -> dict[str, Any]:
        if locked.mode != ModeAppel.SIMPLIFIEE:
            version = latest_version(locked.ingenierie)
            if version is not None:
                locked.version_diffusee = version
        locked.fin_at, locked.motif_fin = None, ""
        return {}

    def effect(locked: Appel) -> None:
        locked.ingenierie = appel.ingenierie
        row = _move(locked, date_limite, reason, actor=actor)
        for invitation in locked.invitations.filter(envoyee_at__isnull=False).select_related("prestataire"):
            invitation.appel = locked
            if locked.version_diffusee is not None:
                give(invitation, locked.version_diffusee, actor=actor)
        notices.news(locked, "rouvert", row.pk, actor=actor)

    return _act(appel, "rouvrir", actor=actor, reason=reason, before=before, effect=effect)


def depouiller(appel: Appel, *, actor: Actor, effect: Effect | None = None) -> Appel:
    """The propositions are opened; ``effect`` writes what is read of them, in the same transaction.

    Raises ``NotAllowed``, ``ConditionsNotMet`` before the deadline (where they compete), ``StaleState``.
    """
    return _act(appel, "depouiller", actor=actor, effect=effect)


def attribuer(
    appel: Appel,
    *,
    actor: Actor,
    before: Callable[[Appel], Mapping[str, Any] | None] | None = None,
    effect: Effect | None = None,
) -> Appel:
    """The choice is decided. Raises ``NotAllowed``, ``StaleState``."""
    return _act(appel, "attribuer", actor=actor, before=before, effect=effect)
