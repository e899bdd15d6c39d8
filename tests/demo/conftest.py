"""The demonstration, read on the day it was loaded."""

from __future__ import annotations

import pytest

from tests.databases import DEMO_DAY


@pytest.fixture
def the_day_of_the_demonstration(demonstration, clock_at):
    """The demonstration is there and the clock stands still."""
    clock_at(DEMO_DAY)
