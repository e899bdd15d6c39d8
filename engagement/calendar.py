"""A meeting, a session of the comité d'appui, as calendars read them (RFC 5545 and 5546): one file per person, who is
the only one named in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event, vCalAddress, vText

from core import clock
from engagement.models import MembreComite, ParticipantReunion, Reunion, SeanceComite

MIME = "text/calendar; method={method}"
REQUEST, CANCEL = "REQUEST", "CANCEL"


@dataclass(frozen=True, slots=True)
class Rendezvous:
    """What a calendar keeps: the same ``uid`` always. ``organiser`` is the organisation that convenes; ``fin`` may be
    unknown; ``stem`` names the file."""

    uid: Any
    debut: dt.datetime
    fin: dt.datetime | None
    title: str
    place: str
    url: str
    description: str
    organiser: Any
    stem: str


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


def of_seance(seance: SeanceComite) -> Rendezvous:
    """``seance.organisation`` is read. When it ends is not known; its agenda is in the file of the session."""
    return Rendezvous(
        uid=seance.uid,
        debut=timezone.localtime(seance.debut),
        fin=None,
        title=f"Comité d’appui : {seance.organisation.name}",
        place=seance.lieu,
        url="",
        description=seance.message,
        organiser=seance.organisation,
        stem="seance",
    )


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    if name:
        address.params["CN"] = vText(name.replace('"', "’"))
    return address


def description(reunion: Reunion) -> str:
    """What the calendar shows below the title."""
    parts = [reunion.ingenierie.titre]
    if reunion.visio:
        parts.append(f"Visioconférence : {reunion.visio}")
    if reunion.ordre_du_jour:
        parts.append(f"Ordre du jour :\n{reunion.ordre_du_jour}")
    return "\n\n".join(parts)


def invitation(rendezvous: Rendezvous, *, email: str, name: str, method: str, sequence: int) -> bytes:
    """The file that puts ``rendezvous`` in the calendar of one person (``REQUEST``), or takes it out (``CANCEL``).

    The same UID always, a ``sequence`` that grows. No other person is named.
    """
    organiser = rendezvous.organiser
    event = Event()
    event.add("uid", f"{rendezvous.uid}@dla-ingenierie")
    event.add("dtstamp", clock.now().astimezone(dt.UTC))
    event.add("sequence", sequence)
    event.add("dtstart", rendezvous.debut)
    if rendezvous.fin is not None:
        event.add("dtend", rendezvous.fin)
    event.add("summary", rendezvous.title)
    if rendezvous.place:
        event.add("location", rendezvous.place)
    if rendezvous.url:
        event.add("url", rendezvous.url)
    if rendezvous.description:
        event.add("description", rendezvous.description)
    event.add("organizer", _address(organiser.email or settings.DEFAULT_FROM_EMAIL, organiser.name), encode=0)
    attendee = _address(email, name)
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    attendee.params["RSVP"] = vText("TRUE")
    event.add("attendee", attendee, encode=0)
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add("class", "PRIVATE")
    calendar = Calendar()
    calendar.add("prodid", "-//DLA Ingénierie//Réunions//FR")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    # The rules of the years around: calendars know the zone by its name, this is for those that do not.
    year = rendezvous.debut.year
    calendar.add_missing_timezones(first_date=dt.date(year - 1, 1, 1), last_date=dt.date(year + 2, 1, 1))
    return calendar.to_ical()


def attachment(
    rendezvous: Rendezvous, *, email: str, name: str, cancelled: bool, sequence: int
) -> tuple[str, bytes, str]:
    """(file name, content, MIME type) for the mail of one person."""
    method = CANCEL if cancelled else REQUEST
    return (
        "annulation.ics" if cancelled else f"{rendezvous.stem}.ics",
        invitation(rendezvous, email=email, name=name, method=method, sequence=sequence),
        MIME.format(method=method),
    )


def for_participant(participant: ParticipantReunion, *, cancelled: bool, sequence: int) -> tuple[str, bytes, str]:
    """The file of one participant of a meeting."""
    return attachment(
        of_reunion(participant.reunion),
        email=participant.email,
        name=participant.personne or participant.organisme,
        cancelled=cancelled,
        sequence=sequence,
    )


def for_membre(membre: MembreComite) -> tuple[str, bytes, str]:
    """The file of one member of a session, as it stands."""
    seance = membre.seance
    return attachment(of_seance(seance), email=membre.email, name=membre.nom, cancelled=False, sequence=seance.sequence)
