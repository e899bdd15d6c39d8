"""A meeting of the ingénierie: planned, then convened, then held; and what it takes to try it."""

from __future__ import annotations

import datetime as dt

import pytest
from icalendar import Calendar

from engagement.partenaires.services import add_partenaire
from engagement.reunions.models import Reunion
from engagement.reunions.services.participants import add_participants
from engagement.reunions.services.reunions import create_reunion, perform_reunion
from projects.structures_ciblees.services import add_structures
from tests.factories import PartenaireFactory, StructureFactory

ANNOUNCED = {
    "nature": "copil",
    "objet": "Choisir les objectifs",
    "date": dt.date(2026, 12, 3),
    "heure_debut": dt.time(14, 0),
    "heure_fin": dt.time(16, 30),
    "lieu": "Maison des associations, Tours",
    "ordre_du_jour": "- Objectifs\n- Budget",
}


@pytest.fixture(autouse=True)
def _now(clock_at):
    clock_at("2026-11-21 10:00")


@pytest.fixture
def reunion(ingenierie, actor) -> Reunion:
    """A comité de pilotage to come, nobody on its list."""
    return create_reunion(ingenierie, ANNOUNCED, actor=actor)


@pytest.fixture
def partner(ingenierie, actor, world):
    """A partner who can be written to, associated with the ingénierie."""
    kept = PartenaireFactory(
        organisation=world.pilote, name="Département", contact_name="Sam Exemple", contact_email="sam@example.org"
    )
    return add_partenaire(ingenierie, kept, actor=actor)


@pytest.fixture
def convened(reunion, partner, actor, world):
    """The same, convened: a partner and a structure."""
    structure = StructureFactory(organisation=world.pilote, name="La Fabrique", contact_email="fabrique@example.org")
    ciblee = add_structures(reunion.ingenierie, [structure.pk], actor=actor)[0]
    keys = [f"partenaire-{partner.pk}", f"structure-{ciblee.pk}"]
    add_participants(reunion, keys, actor=actor)
    return act(reunion, "convoquer", actor)


def act(reunion, action, actor, **more):
    fresh = Reunion.objects.select_related("ingenierie").get(pk=reunion.pk)
    return perform_reunion(fresh, action, actor=actor, expected_state=fresh.state, version=fresh.version, **more)


def posted(**values) -> dict:
    data = {**ANNOUNCED, "fuseau": "Europe/Paris", **values}
    return {name: value.strftime("%H:%M") if isinstance(value, dt.time) else str(value) for name, value in data.items()}


def plain(told: str) -> str:
    """A text with ordinary spaces."""
    return told.replace("\u00a0", " ")


def event_of(mail) -> tuple[Calendar, object]:
    """The calendar file of a mail, and its one event."""
    files = [part for part in mail.message().walk() if part.get_content_type() == "text/calendar"]
    assert len(files) == 1
    calendar = Calendar.from_ical(files[0].get_payload(decode=True))
    assert files[0].get_param("method") == str(calendar["method"])
    return calendar, calendar.walk("VEVENT")[0]


@pytest.fixture
def held(convened, actor, clock_at):
    clock_at("2026-12-03 17:00")
    return act(convened, "tenir", actor)
