"""A session of the comité d'appui in the calendars of its members."""

from __future__ import annotations

from engagement.calendar import Rendezvous, attachment
from engagement.comite.models import MembreComite, SeanceComite


def of_seance(seance: SeanceComite) -> Rendezvous:
    """``seance.organisation`` is read. Its agenda is in the file of the session."""
    return Rendezvous(
        uid=seance.uid,
        debut=seance.debut.astimezone(seance.zone),
        fin=seance.fin,
        title=f"Comité d’appui : {seance.organisation.name}",
        place=seance.lieu,
        url="",
        description=seance.message,
        organiser=seance.organisation,
        stem="seance",
    )


def for_membre(membre: MembreComite) -> tuple[str, bytes, str]:
    """The file of one member of a session, as it stands."""
    seance = membre.seance
    return attachment(of_seance(seance), email=membre.email, name=membre.nom, cancelled=False, sequence=seance.sequence)
