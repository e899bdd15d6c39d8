"""What the people of a meeting are owed by mail: to come, to come at another hour, not to come any more.

One mail per person, in the transaction of what it tells. ``sequence`` orders what each calendar is told: it grows with
each change, and a mail overtaken by another for the same person loses its object (:mod:`engagement.reunions.mails`).
"""

from __future__ import annotations

from collections.abc import Iterable

from core import clock
from core.actor import Actor
from core.outbox import queue_mail
from engagement.reunions.models import ParticipantReunion, Reunion

CONVOCATION = "engagement/reunion_convocation"
ANNULATION = "engagement/reunion_annulation"


def mail_key(participant: ParticipantReunion) -> str:
    """The key of the mail last owed to the participant."""
    return f"reunion-{participant.reunion_id}-{participant.pk}-{participant.sequence}"


def owe_convocations(reunion: Reunion, participants: Iterable[ParticipantReunion], *, actor: Actor) -> int:
    """Owe each reachable participant the meeting as it stands now; returns how many mails."""
    return _owe(CONVOCATION, reunion, participants, actor)


def owe_cancellations(reunion: Reunion, participants: Iterable[ParticipantReunion], *, actor: Actor) -> int:
    """Owe those who had been convened that they are not expected any more; returns how many mails."""
    return _owe(ANNULATION, reunion, (p for p in participants if p.sequence is not None), actor)


def _owe(template: str, reunion: Reunion, participants: Iterable[ParticipantReunion], actor: Actor) -> int:
    now, count = clock.now(), 0
    for participant in participants:
        if not participant.email:
            continue
        changed = participant.sequence is not None
        participant.sequence, participant.convoque_le = reunion.sequence, now
        ParticipantReunion.objects.filter(pk=participant.pk).update(sequence=reunion.sequence, convoque_le=now)
        queue_mail(
            template,
            to=participant.email,
            context={"participant": participant.pk, "sequence": reunion.sequence, "changed": changed},
            actor=actor,
            scope=reunion.ingenierie,
            key=mail_key(participant),
        )
        count += 1
    return count
