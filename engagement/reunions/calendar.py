"""A meeting in the calendars of who is expected."""

from __future__ import annotations

from engagement.calendar import Rendezvous, attachment
from engagement.reunions.models import ParticipantReunion, Reunion


def of_reunion(reunion: Reunion) -> Rendezvous:
    """``reunion.ingenierie.pilote`` is read."""
    return Rendezvous(
        uid=reunion.uid,
        debut=reunion.debut.astimezone(reunion.zone),
        fin=reunion.fin,
        title=f"{reunion.get_nature_display()} : {reunion.objet}",
        place=reunion.lieu or ("Visioconférence" if reunion.visio else ""),
        url=reunion.visio,
        description=description(reunion),
        organiser=reunion.ingenierie.pilote,
        stem="reunion",
    )


def description(reunion: Reunion) -> str:
    """What the calendar shows below the title."""
    parts = [reunion.ingenierie.titre]
    if reunion.visio:
        parts.append(f"Visioconférence : {reunion.visio}")
    if reunion.ordre_du_jour:
        parts.append(f"Ordre du jour :\n{reunion.ordre_du_jour}")
    return "\n\n".join(parts)


def for_participant(participant: ParticipantReunion, *, cancelled: bool, sequence: int) -> tuple[str, bytes, str]:
    """The file of one participant of a meeting."""
    return attachment(
        of_reunion(participant.reunion),
        email=participant.email,
        name=participant.personne or participant.organisme,
        cancelled=cancelled,
        sequence=sequence,
    )
