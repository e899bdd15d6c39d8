from __future__ import annotations

import copy
from types import SimpleNamespace

import pytest

from tests.capitalisation.bibliotheque.world import people


@pytest.fixture(scope="module")
def made(shared) -> SimpleNamespace:
    return shared(people)


@pytest.fixture
def w(made, db) -> SimpleNamespace:
    return copy.deepcopy(made)
