"""A rendez-vous as calendars read it (RFC 5545 and 5546): one file per person, who is the only one named in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db.models import F, Model
from icalendar import Calendar, Event, vCalAddress, vText

from core import clock

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


def _address(email: str, name: str) -> vCalAddress:
    # A setting may hold a name too (« Nom <adresse> »): an address alone is one.
    address = vCalAddress(f"mailto:{parseaddr(email)[1]}")
    if name:
        address.params["CN"] = vText(name.replace('"', "’"))
    return address


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


def next_sequence(row: Model) -> int:
    """One more thing to tell the calendars of a meeting, of a session. ``row`` is locked by the caller."""
    type(row).objects.filter(pk=row.pk).update(sequence=F("sequence") + 1)
    row.sequence += 1
    return row.sequence
