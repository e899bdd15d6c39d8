"""The files of calendars: read by other programs than the one that writes them, at the hours of where things happen."""

from __future__ import annotations

import datetime as dt

import ics
import pytest
import vobject
from django.core import mail
from icalendar import Calendar

from core.jobs import run_pending
from engagement.comite.calendar import of_seance
from engagement.comite.models import SeanceComite
from engagement.comite.services.seances import add_membre, add_point, create_seance
from tests.engagement.comite.seance import do, page
from tests.engagement.conftest import text
from tests.factories import DepartementFactory

pytestmark = pytest.mark.django_db


def addresses(content: bytes) -> list[str]:
    """What stands after each « mailto: »."""
    unfolded = content.decode().replace("\r\n ", "")
    return [line.rpartition("mailto:")[2] for line in unfolded.splitlines() if "mailto:" in line]


def convocation(comite) -> tuple[bytes, mail.EmailMessage]:
    do(comite, "convoquer")
    run_pending()
    message = mail.outbox[0]
    part = next(p for p in message.message().walk() if p.get_content_type() == "text/calendar")
    return part.get_payload(decode=True), message


@pytest.fixture
def overseas(world, comite):
    """The DLA of the session is that of La Réunion."""
    world.pilote.departements.set([DepartementFactory(code="974", label="La Réunion")])
    return comite


def test_a_session_overseas_is_at_the_hour_of_its_territory(overseas, client):
    assert 'value="Indian/Reunion" selected' in client.get(page("nouvelle")).content.decode()
    data = {"debut": "2026-12-10T14:00", "heure_fin": "16:30", "fuseau": "Indian/Reunion", "lieu": "Saint-Denis"}
    answer = client.post(page("nouvelle"), data, follow=True)
    seance = SeanceComite.objects.order_by("pk").last()
    assert seance.debut == dt.datetime(2026, 12, 10, 10, 0, tzinfo=dt.UTC)
    assert "jeudi 10 décembre 2026, de 14 h à 16 h 30 (heure de La Réunion)" in text(answer)
    assert 'value="2026-12-10T14:00"' in client.get(page("modifier", seance.pk)).content.decode()

    membre = {"nom": "A", "organisme": "Région", "email": "a@example.org"}
    add_membre(seance, membre, actor=overseas.actor)
    add_point(seance, overseas.points[0].ingenierie, actor=overseas.actor)
    overseas.seance = seance
    content, message = convocation(overseas)
    assert b"DTSTART;TZID=Indian/Reunion:20261210T140000" in content
    assert b"DTEND;TZID=Indian/Reunion:20261210T163000" in content
    assert "heure de La Réunion" in message.body.replace("\u00a0", " ")


def test_a_session_opened_without_saying_its_hour_is_at_that_of_the_dla(overseas, world):
    made = create_seance(
        world.pilote, {"debut": dt.datetime(2026, 12, 10, 10, tzinfo=dt.UTC), "lieu": "Ici"}, actor=overseas.actor
    )
    assert of_seance(made).debut.isoformat() == "2026-12-10T14:00:00+04:00"


def test_a_session_that_ends_before_it_begins_is_refused_beside_its_hour(comite, client):
    data = {"debut": "2026-12-10T14:00", "heure_fin": "13:00", "fuseau": "Europe/Paris", "lieu": "Ici"}
    answer = client.post(page("nouvelle"), data)
    assert answer.status_code == 422 and "finit après avoir commencé" in text(answer)


@pytest.mark.parametrize("sender", ["DLA Ingénierie <ne-pas-repondre@example.org>", "ne-pas-repondre@example.org"])
def test_the_organiser_without_address_is_that_of_the_application_alone(world, comite, settings, sender):
    settings.DEFAULT_FROM_EMAIL = sender
    type(world.pilote).objects.filter(pk=world.pilote.pk).update(email="")
    content, message = convocation(comite)
    assert set(addresses(content)) == {"ne-pas-repondre@example.org", message.to[0]}
    assert f'CN="{world.pilote.name}"' in content.decode() or f"CN={world.pilote.name}" in content.decode()


def test_two_other_programs_read_the_same_session(comite):
    SeanceComite.objects.filter(pk=comite.seance.pk).update(heure_fin=dt.time(17, 30), lieu="Salle B, 2e étage ; cour")
    content, message = convocation(comite)
    begin, end = (dt.datetime(2026, 12, 3, *hour, tzinfo=dt.UTC) for hour in ((14, 0), (16, 30)))
    written = Calendar.from_ical(content).walk("VEVENT")[0]

    (event,) = ics.Calendar(content.decode()).events
    assert (event.begin.datetime, event.end.datetime) == (begin, end)
    assert (event.name, event.location) == (str(written["summary"]), "Salle B, 2e étage ; cour")
    assert event.uid == str(written["uid"])
    assert {a.email for a in event.attendees} == {message.to[0]}

    event = vobject.readOne(content.decode()).vevent
    assert (event.dtstart.value, event.dtend.value) == (begin, end)
    assert (event.summary.value, event.location.value) == (str(written["summary"]), "Salle B, 2e étage ; cour")
    assert event.attendee.value == f"mailto:{message.to[0]}"
