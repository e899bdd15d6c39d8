"""One mission for the tests of a module; today is 21 November 2026."""

from __future__ import annotations

import copy

import pytest

from tests.missions.seances import scene


@pytest.fixture(scope="module")
def _world(shared):
    return shared(scene.world)


@pytest.fixture(autouse=True)
def _now(clock_at):
    clock_at("2026-11-21 10:00")


@pytest.fixture
def w(_world, db):
    return copy.deepcopy(_world)
