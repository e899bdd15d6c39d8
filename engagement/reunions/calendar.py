"""A meeting in the calendars of who is expected."""

from __future__ import annotations

from engagement.calendar import Rendezvous
from engagement.rendezvous.mails import calendar_of
from engagement.reunions.models import Reunion


def of_reunion(reunion: Reunion) -> Rendezvous:
    """``reunion.ingenierie.pilote`` is read."""
    return calendar_of(
        reunion,
        title=f"{reunion.get_nature_display()} : {reunion.objet}",
        description=description(reunion),
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
