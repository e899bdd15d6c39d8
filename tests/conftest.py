"""What every test leans on.

The reference lists and the methodology are in the test database from the start, as in a real installation, and come
back after a test that commits (tests/databases.py). ``client`` is strict (tests/strict.py); ``client_for(user)`` is the
same, signed in.
"""

from __future__ import annotations

import datetime as dt
import fcntl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.test.utils import CaptureQueriesContext

from tests import databases
from tests.strict import StrictClient

#: Begun first, so that two processes end together (see ``make test``): one makes the demonstration for the pages,
#: which takes minutes, while the other does what needs none.
LONG_FILES = (
    "tests/browser/test_pages_axe.py",
    "tests/core/test_worker_processes.py",
    "tests/core/test_backup.py",
    "tests/browser/",
    "tests/demo/",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items) -> None:
    """The long files first."""
    ranks = dict.fromkeys(items, len(LONG_FILES))
    for rank, start in reversed([*enumerate(LONG_FILES)]):
        ranks.update({item: rank for item in items if item.nodeid.startswith(start)})
    items.sort(key=ranks.__getitem__)


# --- Database -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def once(worker_id, tmp_path_factory) -> Callable[[str, Callable[[], object]], None]:
    """``once("name", make)``: call ``make()`` in one process of the run; the others wait until it is done."""

    def call(name: str, make: Callable[[], object]) -> None:
        if worker_id == "master":
            make()
            return
        path = tmp_path_factory.getbasetemp().parent / name  # in the folder of the whole run
        with open(path, "a") as mark:
            fcntl.flock(mark, fcntl.LOCK_EX)
            if not path.stat().st_size:
                make()
                mark.write("fait")

    return call


@pytest.fixture(scope="session")
def _keep(django_db_keepdb, django_db_createdb) -> bool:
    return django_db_keepdb and not django_db_createdb


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment, django_db_blocker, django_db_keepdb, _keep, worker_id, once
) -> Iterator[None]:
    """In the place of pytest-django's: the process works in a copy of what one of them has prepared.

    ``--reuse-db`` keeps what is prepared for the next run; ``--create-db`` makes it anew.
    """
    with django_db_blocker.unblock():
        once("lists", lambda: databases.prepare_lists(keep=_keep))
        databases.work_in(worker_id)
    yield
    with django_db_blocker.unblock():
        databases.drop(databases.name_of(worker_id))
        if worker_id == "master" and not django_db_keepdb:
            databases.drop(databases.name_of(databases.LISTS))
            databases.drop(databases.name_of(databases.DEMONSTRATION))


@pytest.fixture(scope="session", autouse=True)
def _a_copy_instead_of_a_flush(worker_id):
    """After a test that commits, its database is copied again. (One that rolls back has a teardown of its own.)"""
    flush = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda case: databases.work_in(worker_id)
    yield
    TransactionTestCase._fixture_teardown = flush


@pytest.fixture(scope="session")
def _prepared_demonstration(django_db_setup, django_db_blocker, _keep, once) -> None:
    with django_db_blocker.unblock():
        once("demonstration", lambda: databases.prepare_demonstration(keep=_keep))


@pytest.fixture(scope="module")
def demonstration(_prepared_demonstration, django_db_blocker, worker_id) -> Iterator[None]:
    """The database holds all that ``load_demo`` writes on ``databases.DEMO_DAY``, for the tests of the module."""
    with django_db_blocker.unblock():
        databases.work_in(worker_id, databases.DEMONSTRATION)
    yield
    with django_db_blocker.unblock():
        databases.work_in(worker_id)


@pytest.fixture(scope="module")
def shared(django_db_setup, django_db_blocker) -> Iterator[Callable[..., Any]]:
    """``shared(make, at="2026-11-21 10:00")``: what ``make()`` writes, as if it were then, is there for every test of
    the module, each finding it as it was made (what ``setUpTestData`` is to a class).

    Called by a fixture of the module; the fixture of a test asks ``db`` and gives ``copy.deepcopy`` of what it
    answers. Not for tests that commit.
    """

    def build(make: Callable[[], Any], at: str | dt.datetime = TODAY) -> Any:
        with django_db_blocker.unblock(), time_machine.travel(_moment(at), tick=False):
            forget_caches()
            return make()

    with ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(transaction.atomic())
        yield build
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            stack.close()


@pytest.fixture
def attested_convention() -> Iterator[None]:
    """Nobody answers for « La convention est signée »: the pilot's word holds it, as what later floors will answer."""
    from projects.cycle import gates

    put_back = gates.CONDITIONS.unregister("convention")
    yield
    put_back()


# --- Time, memory ---------------------------------------------------------------------------------------------------


def forget_caches() -> None:
    """Empty what processes remember of the database between requests."""
    from partners.recherche import index
    from referentiels import lists

    lists.forget()
    index.forget()


#: Where the tests stand in time: what they say of 2026 stays true whatever the day they run.
TODAY = dt.datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture(autouse=True)
def _the_same_day_for_ever(request):
    """Start every test on :data:`TODAY`, its clock running; real processes and browsers keep the real one."""
    if any(request.node.get_closest_marker(name) for name in ("browser", "slow")):
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


def _moment(told: str | dt.datetime, zone: str = "Europe/Paris") -> dt.datetime:
    """That instant in UTC: time-machine would otherwise change the time zone of the process too."""
    when = dt.datetime.fromisoformat(told) if isinstance(told, str) else told
    return (when if when.tzinfo else when.replace(tzinfo=ZoneInfo(zone))).astimezone(dt.UTC)


@pytest.fixture
def clock_at(time_machine) -> Callable[..., None]:
    """``clock_at("2026-11-21 18:00")`` stops the clock at that time of Paris (or of ``zone``); may be called again."""
    return lambda moment, zone="Europe/Paris": time_machine.move_to(_moment(moment, zone), tick=False)


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
