"""What the people expected are owed by mail: to come, to come at another hour, not to come any more.

One mail per person, in the transaction of what it tells. ``sequence`` orders what each calendar is told: it grows with
each change, and a mail overtaken by another for the same person loses its object (:mod:`engagement.rendezvous.mails`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, lock, section_version
from core.errors import InvalidInput
from core.lifecycle import perform as perform_action
from core.outbox import queue_mail
from engagement.calendar import next_sequence
from engagement.rendezvous.enums import EtatRendezvous
from engagement.rendezvous.genre import Genre
from engagement.rendezvous.models import ParticipantModel, RendezvousModel
from projects.ingenierie.services import touch


def mail_key(genre: Genre, participant: ParticipantModel) -> str:
    """The key of the mail last owed to the participant."""
    return f"{genre.code}-{getattr(participant, f'{genre.code}_id')}-{participant.pk}-{participant.sequence}"


def owe_convocations(
    genre: Genre, rendezvous: RendezvousModel, participants: Iterable[ParticipantModel], *, actor: Actor
) -> int:
    """Owe each reachable participant the rendez-vous as it stands now; returns how many mails."""
    return _owe(genre, genre.convocation, rendezvous, participants, actor)


def owe_cancellations(
    genre: Genre, rendezvous: RendezvousModel, participants: Iterable[ParticipantModel], *, actor: Actor
) -> int:
    """Owe those who had been convened that they are not expected any more; returns how many mails."""
    return _owe(genre, genre.annulation, rendezvous, (p for p in participants if p.sequence is not None), actor)


def _owe(
    genre: Genre, template: str, rendezvous: RendezvousModel, participants: Iterable[ParticipantModel], actor: Actor
) -> int:
    now, count = clock.now(), 0
    for participant in participants:
        if not participant.email:
            continue
        changed = participant.sequence is not None
        participant.sequence, participant.convoque_le = rendezvous.sequence, now
        type(participant).objects.filter(pk=participant.pk).update(sequence=rendezvous.sequence, convoque_le=now)
        queue_mail(
            template,
            to=participant.email,
            context={"participant": participant.pk, "sequence": rendezvous.sequence, "changed": changed},
            actor=actor,
            scope=rendezvous.ingenierie,
            key=mail_key(genre, participant),
        )
        count += 1
    return count


def update(
    genre: Genre,
    rendezvous: RendezvousModel,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int | None,
) -> tuple[Any, int]:
    """Change what is announced; those already convened are told what changed.

    Returns the fresh object and how many mails are owed. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
    """
    genre.ensure_writes(rendezvous, actor)
    if "compte_rendu" in values:
        raise InvalidInput("Le compte rendu s’écrit à part.")
    values = checked(rendezvous, values)
    ingenierie = rendezvous.ingenierie
    with transaction.atomic():
        before = lock(rendezvous)
        before.ensure_open()
        fresh = apply_changes(
            rendezvous,
            values,
            actor=actor,
            verb=genre.verb("modifiee"),
            expected_version=section_version(rendezvous, values, expected_version),
            scope=ingenierie,
        )
        told = {name for name in genre.annonce if getattr(before, name) != getattr(fresh, name)}
        owed = 0
        if told and fresh.state == EtatRendezvous.CONVOQUEE:
            if fresh.debut <= clock.now():
                raise InvalidInput(f"Cette date est passée : donnez-en une à venir, ou annulez la {genre.nom}.")
            next_sequence(fresh)
            owed = owe_convocations(genre, fresh, fresh.participants.expected(), actor=actor)
        touch(ingenierie.pk)
    return fresh, owed


def write_minutes(
    genre: Genre, rendezvous: RendezvousModel, text: str, *, actor: Actor, expected_version: int | None
) -> Any:
    """Write the minutes. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    genre.ensure_holds(rendezvous, actor)
    values = checked(rendezvous, {"compte_rendu": text.strip()})
    with transaction.atomic():
        lock(rendezvous).ensure_open()
        fresh = apply_changes(
            rendezvous,
            values,
            actor=actor,
            verb=genre.verb("compte_rendu"),
            expected_version=section_version(rendezvous, values, expected_version),
            scope=rendezvous.ingenierie,
        )
        touch(rendezvous.ingenierie.pk)
    return fresh


def perform(
    genre: Genre,
    rendezvous: RendezvousModel,
    action: str,
    *,
    actor: Actor,
    expected_state: str,
    version: int | None = None,
    reason: str = "",
) -> Any:
    """Convene, hold, cancel, take back. Raises what :func:`core.lifecycle.perform` raises."""

    def before(locked: RendezvousModel) -> dict[str, Any]:
        if action == "convoquer":
            locked.convoquee_le = clock.now()
            return {"convoquee_le": (None, locked.convoquee_le)}
        if action == "annuler":
            locked.motif_annulation = reason.strip()
        return {}

    def effect(locked: RendezvousModel) -> None:
        if action == "convoquer":
            owe_convocations(genre, locked, locked.participants.expected(), actor=actor)
        elif action == "annuler" and locked.convoquee_le:
            next_sequence(locked)
            owe_cancellations(genre, locked, locked.participants.expected(), actor=actor)
        touch(locked.ingenierie.pk)

    return perform_action(
        rendezvous,
        action,
        actor=actor,
        expected_state=expected_state,
        version=version,
        reason=reason,
        scope=rendezvous.ingenierie,
        before=before,
        effect=effect,
    )


def resend(
    genre: Genre,
    rendezvous: RendezvousModel,
    *,
    actor: Actor,
    expected_version: int | None,
    only: ParticipantModel | None = None,
) -> int:
    """Send the convocation again as it stands (a new agenda, somebody who lost it), to all or to ``only``; returns how
    many mails.

    Raises ``NotAllowed``, ``InvalidInput``, ``StaleState``.
    """
    genre.ensure_writes(rendezvous, actor)
    with transaction.atomic():
        locked = lock(rendezvous, expected_version, typed=False)
        if locked.state != EtatRendezvous.CONVOQUEE or locked.debut <= clock.now():
            raise InvalidInput(f"Seule la convocation d’une {genre.nom} convoquée et à venir se renvoie.")
        next_sequence(locked)
        locked.version += 1
        locked.save(update_fields=["version"])
        expected = locked.participants.expected()
        owed = owe_convocations(genre, locked, expected.filter(pk=only.pk) if only else expected, actor=actor)
        journal.record(actor, genre.verb("renvoyee"), locked, scope=rendezvous.ingenierie)
        touch(rendezvous.ingenierie.pk)
    return owed
