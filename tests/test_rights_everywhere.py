"""Who gets what from every route: near misses, for reading and for writing; a refused request writes nothing.

``TABLE`` (tests/rights_table.py) says, for each named route, how to reach it on an object of the DLA « A » and what
each person is answered.
A route that is not in the table makes the first test fail: a new page comes with its line here.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse

from core.models import Job, JournalEntry
from tests.rights_lines import (
    ALLOWED,
    ANYTHING,
    STRANGERS,
    Line,
)
from tests.rights_table import HIDDEN, TABLE
from tests.rights_world import build
from tests.routes import routes
from tests.strict import StrictClient
from tests.test_house import PUBLIC_ROUTES

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _world(shared):
    return shared(build, at="2026-11-21 10:00")


@pytest.fixture
def world(clock_at, mailoutbox, db, _world):
    """One object of every kind, and a person at each place (tests/rights_world.py)."""
    clock_at("2026-11-21 10:00")
    return copy.deepcopy(_world)


# --- The tests ------------------------------------------------------------------------------------------------------


def _picture() -> dict[str, list]:
    """Everything recorded that a page could change (sign-in and rate limits aside)."""
    ours = (
        "core",
        "accounts",
        "structures",
        "directory",
        "portfolio",
        "projects",
        "engagement",
        "mobilisation",
        "consultations",
        "missions",
        "evaluation",
        "capitalisation",
    )
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.app_label in ours and model._meta.label not in ("projects.Methodologie", "core.Job")
    } | {"core.Job": list(Job.objects.order_by("pk").values("pk", "state"))}


def _told(answer) -> str:
    """The sentence of a refusal, or nothing."""
    error = (answer.context or {}).get("error") if answer.context is not None else None
    return getattr(error, "message", "")


def _fault(answer, expected: Any) -> str:
    """What is wrong with an answer; nothing when it is the one expected."""
    status = answer.status_code
    if expected == ANYTHING:
        return f"{status}" if status >= 500 else ""
    if expected == ALLOWED:
        return f"{status} au lieu d’une réponse" if status >= 500 or status in (403, 404) else ""
    if status != expected:
        return f"{status} au lieu de {expected}"
    if expected == 403 and not (len(_told(answer)) > 20 and _told(answer).endswith(".")):
        return f"refus sans phrase ({_told(answer)!r})"
    return ""


def _reach(client, name: str, line: Line, w, method: str):
    url = reverse(name, args=line.args(w))
    return client.get(url) if method == "get" else client.post(url, line.data(w))


def test_every_route_says_who_gets_what():
    named = {route.name for route in routes()}
    assert named - set(TABLE) - set(PUBLIC_ROUTES) == set(), "routes sans ligne dans TABLE"
    assert set(TABLE) - named == set(), "lignes de routes qui n’existent plus"
    assert set(TABLE) & set(PUBLIC_ROUTES) == set()


@pytest.mark.parametrize("who", ["lecture", *STRANGERS])
@pytest.mark.parametrize("method", ["get", "post"])
def test_each_person_gets_what_the_table_says_and_a_refusal_writes_nothing(world, client_for, who, method):
    client = client_for(world.people[who])
    before, entries = _picture(), JournalEntry.objects.count()
    faults = {}
    for name, line in TABLE.items():
        expected = getattr(line, method)
        if expected is None:
            # The route has no such method: whether it says so or hides itself, it does nothing.
            answer = _reach(client, name, line, world, method)
            faults[name] = "" if answer.status_code in (403, 404, 405) else f"{answer.status_code}"
        elif method == "get" or expected[who] not in (ALLOWED, ANYTHING):
            # Who may write is the affair of the tests of the app.
            faults[name] = _fault(_reach(client, name, line, world, method), expected[who])
    wrong = {name: fault for name, fault in faults.items() if fault}
    assert not wrong, "\n".join(f"{name} : {fault}" for name, fault in wrong.items())
    after = _picture()
    assert [label for label in before if before[label] != after[label]] == []
    assert JournalEntry.objects.count() == entries


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_is_sent_to_sign_in_and_writes_nothing(world, method):
    client = StrictClient()
    before = _picture()
    login = reverse("account_login")
    for name, line in TABLE.items():
        answer = _reach(client, name, line, world, method)
        assert answer.status_code == 302 and answer["Location"].startswith(login), (method, name, answer.status_code)
    assert before == _picture()


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_responsable_of_the_dla_reaches_what_the_others_are_refused(world, client_for, method):
    """The table speaks of objects that exist, and its posted data are not refused for another reason than rights."""
    client = client_for(world.people["responsable"])
    faults = {}
    for name, line in TABLE.items():
        if getattr(line, method) is not None:
            with transaction.atomic():
                answer = _reach(client, name, line, world, method)
                transaction.set_rollback(True)
            faults[name] = _fault(answer, line.owner)
            if method == "post" and line.owner == ALLOWED and answer.status_code != line.written:
                faults[name] = (
                    f"{answer.status_code} au lieu de {line.written} : refusé pour autre chose que les droits ?"
                )
    wrong = {name: fault for name, fault in faults.items() if fault}
    assert not wrong, "\n".join(f"{name} : {fault}" for name, fault in wrong.items())


@pytest.mark.parametrize("name", HIDDEN)
def test_lists_do_not_show_what_belongs_to_others(world, client_for, name):
    hidden_from, mark = HIDDEN[name]
    line = TABLE[name]
    for who in hidden_from:
        if line.get[who] == ALLOWED:
            page = _reach(client_for(world.people[who]), name, line, world, "get").content.decode()
            assert mark(world) not in page, (who, name)


def test_an_export_holds_what_the_list_holds(world, client_for):
    for name, mark in (
        ("projects:list", world.dossier.titre),
        ("structures:liste", world.structure.name),
        ("structures:echeances", world.ligne.difficulte),
        ("directory:liste", world.partenaire.name),
    ):
        url = reverse(name) + "?export=csv"
        assert mark in client_for(world.people["responsable"]).get(url).content.decode("utf-8-sig"), name
        for who in ("loin", "c2ra_loin"):
            assert mark not in client_for(world.people[who]).get(url).content.decode("utf-8-sig"), (name, who)
