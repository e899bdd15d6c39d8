"""A meeting as calendars read it (RFC 5545 and 5546): one file per person, who is the only one named in it."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress, vText

from core import clock
from engagement.enums import EtatReunion
from engagement.models import ParticipantReunion, Reunion

MIME = "text/calendar; method={method}"
REQUEST, CANCEL = "REQUEST", "CANCEL"


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


def invitation(reunion: Reunion, participant: ParticipantReunion, *, method: str, sequence: int) -> bytes:
    """The file that puts ``reunion`` in the calendar of ``participant`` (``REQUEST``), or takes it out (``CANCEL``).

    The same UID always, a ``sequence`` that grows. The pilot is the organiser; no other participant is named.
    ``reunion.ingenierie.pilote`` is read.
    """
    pilote = reunion.ingenierie.pilote
    event = Event()
    event.add("uid", f"{reunion.uid}@dla-ingenierie")
    event.add("dtstamp", clock.now().astimezone(dt.UTC))
    event.add("sequence", sequence)
    event.add("dtstart", reunion.debut.astimezone(reunion.zone))
    event.add("dtend", reunion.fin)
    event.add("summary", f"{reunion.get_nature_display()} : {reunion.objet}")
    place = reunion.lieu or ("Visioconférence" if reunion.visio else "")
    if place:
        event.add("location", place)
    if reunion.visio:
        event.add("url", reunion.visio)
    event.add("description", description(reunion))
    event.add("organizer", _address(pilote.email or settings.DEFAULT_FROM_EMAIL, pilote.name), encode=0)
    attendee = _address(participant.email, participant.personne or participant.organisme)
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    attendee.params["RSVP"] = vText("TRUE")
    event.add("attendee", attendee, encode=0)
    cancelled = method == CANCEL
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    calendar = Calendar()
    calendar.add("prodid", "-//DLA Ingénierie//Réunions//FR")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    # The rules of the years around: calendars know the zone by its name, this is for those that do not.
    year = reunion.date.year
    calendar.add_missing_timezones(first_date=dt.date(year - 1, 1, 1), last_date=dt.date(year + 2, 1, 1))
    return calendar.to_ical()


def attachment(
    reunion: Reunion, participant: ParticipantReunion, *, cancelled: bool, sequence: int
) -> tuple[str, bytes, str]:
    """(file name, content, MIME type) for the mail of one participant."""
    method = CANCEL if cancelled or reunion.state == EtatReunion.ANNULEE else REQUEST
    name = "annulation.ics" if method == CANCEL else "reunion.ics"
    return (
        name,
        invitation(reunion, participant, method=method, sequence=sequence),
        MIME.format(method=method),
    )
