"""What no browser sends, over every route: refused as such, never a fault of ours."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.urls import reverse

from tests.rights_table import TABLE
from tests.rights_world import build
from tests.routes import routes
from tests.test_house import PUBLIC_ROUTES

pytestmark = pytest.mark.django_db

#: Beyond what a database keeps in a whole number.
TOO_BIG = 2**63
MULTIPART = "multipart/form-data; boundary=x; charset="


@pytest.fixture(scope="module")
def _world(shared):
    return shared(build, at="2026-11-21 10:00")


@pytest.fixture
def client(clock_at, client_for, db, _world):
    """The responsable of the DLA, who reaches everything the table names; faults come back as answers."""
    clock_at("2026-11-21 10:00")
    world = copy.deepcopy(_world)
    found = client_for(world.people["responsable"])
    found.raise_request_exception = False
    found.world = world
    return found


def addresses(client) -> Iterator[tuple[str, str]]:
    for name, line in TABLE.items():
        yield name, reverse(name, args=line.args(client.world))
    for route in routes():
        if route.name in PUBLIC_ROUTES:
            yield route.name, route.path


def refused(client, method: str, *args, **kwargs) -> int:
    with transaction.atomic():
        status = getattr(client, method)(*args, **kwargs).status_code
        transaction.set_rollback(True)
    return status


def test_a_number_beyond_the_database_is_not_found(client):
    faults = {}
    for route in routes():
        numbers = [name for name, sample in route.samples.items() if isinstance(sample, int)]
        if numbers:
            address = reverse(route.name, kwargs={**route.samples, **dict.fromkeys(numbers, TOO_BIG)})
            for method in ("get", "post"):
                status = refused(client, method, address)
                # The keys of one's own account first ask to sign in again.
                expected = {400, 404, 405, 302} if route.name.startswith("mfa_") else {400, 404, 405}
                if status not in expected:
                    faults[f"{method} {route.name}"] = status
    assert faults == {}


def test_a_null_character_in_the_address_is_refused(client):
    faults = {
        name: status
        for name, address in addresses(client)
        if (status := refused(client, "get", address + "?q=%00&qui=%00&action=a%00b")) != 400
    }
    assert faults == {}


@pytest.mark.parametrize("charset", ["hex", "aucun-de-ce-nom"])
def test_a_charset_that_is_none_is_refused(client, charset):
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'
    faults = {
        name: status
        for name, address in addresses(client)
        if (status := refused(client, "generic", "POST", address, body, content_type=MULTIPART + charset)) != 400
    }
    assert faults == {}


#: Sorts of absurd values: digits that are no number, numbers too big, numbers of another sort, what is no text.
ABSURD = (("²", "١"), (str(TOO_BIG), "9" * 400), ("-1", "1e3", "NaN"), ("\x00",))


@pytest.mark.parametrize("turn", range(len(ABSURD)))
def test_a_field_that_holds_an_absurd_value_is_no_fault_of_ours(client, turn):
    """Each field of each form holds in turn one value of each sort; from a form to the next, another of the sort."""
    faults = {}
    for rank, (name, line) in enumerate(TABLE.items()):
        if line.post is not None:
            fields = dict.fromkeys([*line.data(client.world), "version"])
            sorts = (ABSURD[(place + turn) % len(ABSURD)] for place, _ in enumerate(fields))
            data = {field: sort[rank % len(sort)] for field, sort in zip(fields, sorts, strict=True)}
            status = refused(client, "post", reverse(name, args=line.args(client.world)), data)
            if status >= 500:
                faults[name] = f"{status} : {data}"
    assert faults == {}
