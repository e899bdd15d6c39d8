"""Precisions asked in writing to a candidate, and its answers (002: before the signature of the convention)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from consultations.appel.models import Invitation
from consultations.appel.notices import recipients
from consultations.appel.permissions import why_not_write
from consultations.appel.services.base import lock_appel
from consultations.lecture.candidats import candidats
from consultations.lecture.models import Precision
from consultations.lecture.permissions import is_opened, why_not_manage
from core import clock, journal, outbox
from core.actor import Actor
from core.editing import changed_meanwhile, create, lock
from core.errors import InvalidInput, NotAllowed
from core.text import typed_text
from projects.ingenierie.services import touch

journal.register_verbs(
    {
        "consultations.precision_demandee": "a demandé une précision à un candidat",
        "consultations.precision_donnee": "a répondu à une demande de précision",
    }
)
DEMANDE, REPONSE = "consultations/precision", "consultations/precision_reponse"


def addresses(prestataire_id: int) -> list[str]:
    """Whom one writes to at a prestataire: its référents, else all its people."""
    return recipients([prestataire_id]).get(prestataire_id, [])


@transaction.atomic
def ask(invitation: Invitation, values: Mapping[str, Any], *, actor: Actor) -> Precision:
    """Ask a candidate, in writing, to make its proposition clear; ``values``: famille, question. Its people are written
    to. Raises ``NotAllowed`` (not the pilot, nothing opened yet, decided), ``InvalidInput``."""
    appel = lock_appel(invitation.appel)
    refusal = why_not_manage(appel, actor)
    if refusal:
        raise NotAllowed(refusal)
    if not is_opened(appel):
        raise NotAllowed("Une précision se demande une fois les propositions ouvertes.")
    if invitation.pk not in {c.invitation.pk for c in candidats(appel)}:
        raise InvalidInput("Ce prestataire n’a pas de proposition à préciser.")
    row = Precision(invitation=invitation, by=actor.user, by_label=actor.label[:200])
    create(row, values, actor=actor, verb="consultations.precision_demandee", scope=appel.ingenierie)
    for email in addresses(invitation.prestataire_id):
        outbox.queue_mail(DEMANDE, to=email, context={"precision": row.pk}, actor=actor, scope=appel.ingenierie)
    touch(appel.ingenierie_id)
    return row


def why_not_answer(precision: Precision, actor: Actor) -> str:
    """Why ``actor`` may not answer, or ``""``: the people of the candidate, until the call is decided."""
    refusal = why_not_write(precision.invitation, actor)
    if refusal:
        return refusal
    if is_opened(precision.invitation.appel):
        return ""
    return "Cette consultation est terminée : elle n’attend plus de précision."


@transaction.atomic
def answer(precision: Precision, reponse: str, *, actor: Actor, expected_version: int | None = None) -> Precision:
    """The candidate answers; who asked is written to. It may complete its answer until the call is decided.

    Raises ``NotAllowed``, ``InvalidInput`` (empty), ``EditConflict``.
    """
    appel = lock_appel(precision.invitation.appel)
    precision.invitation.appel = appel
    refusal = why_not_answer(precision, actor)
    if refusal:
        raise NotAllowed(refusal)
    reponse = typed_text(reponse, limit=8000)
    if not reponse:
        raise InvalidInput("Écrivez votre réponse.")
    locked = lock(precision)
    if expected_version is not None and locked.version != expected_version:
        raise changed_meanwhile(locked, journal.entries_since(locked, expected_version))
    was = locked.reponse
    locked.reponse, locked.repondu_at, locked.repondu_label = reponse, clock.now(), actor.label[:200]
    locked.version += 1
    locked.save()
    changes = {"reponse": (was, reponse)}
    journal.record(actor, "consultations.precision_donnee", locked, scope=appel.ingenierie, changes=changes)
    if locked.by is not None and locked.by.is_active:
        outbox.queue_mail(
            REPONSE,
            to=locked.by.email,
            context={"precision": locked.pk},
            actor=actor,
            scope=appel.ingenierie,
            urgent=False,
        )
    touch(appel.ingenierie_id)
    return locked
