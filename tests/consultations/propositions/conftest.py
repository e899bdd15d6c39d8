"""What the tests of the propositions share."""

from __future__ import annotations

import pytest

from tests.consultations.propositions.monde import monde


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2026-11-21 10:00")


@pytest.fixture
def w(db):
    """A call open to two candidates, A and B."""
    return monde()
