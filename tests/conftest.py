"""What every test leans on.

The reference lists and the methodology are in the test database from the start, as in a real installation, and come
back after a flush. ``client`` is strict (tests/strict.py); ``client_for(user)`` is the same, signed in.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections
from django.test import TransactionTestCase
from django.test.utils import CaptureQueriesContext

from tests.strict import StrictClient

#: Commands that put reference data in place; each is idempotent.
REFERENCE_COMMANDS = ("load_referentiels", "load_methodologie")


#: Few tests, and long: begun first, so that two processes end together.
LONG_FILES = ("tests/core/test_backup.py", "tests/demo/test_demonstration.py", "tests/core/test_worker_processes.py")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items) -> None:
    """The long files first."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG_FILES))


def load_reference_data() -> None:
    """Put the reference data in the test database."""
    for name in REFERENCE_COMMANDS:
        call_command(name, verbosity=0, stdout=io.StringIO())


def forget_caches() -> None:
    """Empty what processes remember of the database between requests."""
    from partners.recherche import index
    from referentiels import lists

    lists.forget()
    index.forget()


_fixture_teardown = TransactionTestCase._fixture_teardown


def _flush_with_journal(self) -> None:
    """Flush a database whose journal refuses to be emptied: lift its triggers, put them back at once."""
    from core import journal

    names = list(self._databases_names(include_mirrors=False))
    for using in names:
        if not connections[using].in_atomic_block:
            journal.lift_triggers(using)
    _fixture_teardown(self)
    for using in names:
        journal.install_triggers(using)
    cache.clear()  # kept in a table that flush does not know
    forget_caches()
    load_reference_data()


@pytest.fixture(scope="session", autouse=True)
def _flush_lifts_the_journal():
    # TestCase (the one that rolls back) has a teardown of its own: only the flush is changed.
    TransactionTestCase._fixture_teardown = _flush_with_journal
    yield
    TransactionTestCase._fixture_teardown = _fixture_teardown


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database, with the reference data."""
    with django_db_blocker.unblock():
        if connection.settings_dict["NAME"] != connection.creation._get_test_db_name():
            # pytest-django makes none when no test says that it uses one.
            pytest.exit("Pas de base de test : rien ne doit être écrit dans une autre.", 3)
        load_reference_data()
        forget_caches()


#: Where the tests stand in time: what they say of 2026 stays true whatever the day they run.
TODAY = dt.datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture(autouse=True)
def _the_same_day_for_ever(request):
    """Start every test on :data:`TODAY`, its clock running; real processes and browsers keep the real one."""
    if any(request.node.get_closest_marker(name) for name in ("browser", "walk", "slow")):
        yield
        return
    clock = request.getfixturevalue("time_machine")
    clock.move_to(TODAY.astimezone(dt.UTC), tick=True)
    yield


@pytest.fixture(autouse=True)
def _start_with_empty_caches():
    forget_caches()


@pytest.fixture
def referentiels(db) -> None:
    """Says that the test reads the reference lists (they are always there)."""


@pytest.fixture
def client() -> StrictClient:
    """A strict client, not signed in."""
    return StrictClient()


@pytest.fixture
def client_for(db) -> Callable[..., StrictClient]:
    """``client_for(user)``: a strict client signed in as ``user`` (``**defaults`` go to the client)."""

    def sign_in(user, **defaults) -> StrictClient:
        client = StrictClient(**defaults)
        client.force_login(user, backend="accounts.backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def clock_at(time_machine) -> Callable[..., None]:
    """``clock_at("2026-11-21 18:00")`` stops the clock at that time of Paris (or of ``zone``); may be called again."""

    def stop(moment: str | dt.datetime, zone: str = "Europe/Paris") -> None:
        when = dt.datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        if when.tzinfo is None:
            when = when.replace(tzinfo=ZoneInfo(zone))
        # In UTC: time-machine would otherwise change the time zone of the process too.
        time_machine.move_to(when.astimezone(dt.UTC), tick=False)

    return stop


@pytest.fixture
def count_queries(db) -> Callable[[Callable[[], object]], int]:
    """``count_queries(lambda: client.get(url))``: how many queries the call makes."""

    def count(call: Callable[[], object]) -> int:
        with CaptureQueriesContext(connection) as queries:
            call()
        return len(queries)

    return count


@pytest.fixture
def run_jobs(db) -> Callable[[], int]:
    """``run_jobs()``: run here and now every job that is due; returns how many ran."""
    from core.jobs import run_pending

    return run_pending


@pytest.fixture
def sent_mails(run_jobs, mailoutbox) -> Callable[[], list]:
    """``sent_mails()``: let the outbox send what is due, then return every mail sent since the start of the test."""

    def send() -> list:
        run_jobs()
        return list(mailoutbox)

    return send
