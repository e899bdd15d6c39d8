"""The demonstration loaded once for the whole module, on another day than the one its data are written for."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction

#: A Monday, three months after the day of the data files.
TODAY = dt.datetime(2027, 2, 8, 9, 30, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker):
    """Everything ``load_demo`` writes; taken back at the end of the module. The clock stands still."""
    with time_machine.travel(TODAY, tick=False), django_db_blocker.unblock():
        block = transaction.atomic()
        block.__enter__()
        try:
            call_command("load_demo", verbosity=0)
            yield
        finally:
            transaction.set_rollback(True)
            block.__exit__(None, None, None)
