from __future__ import annotations

import copy

import pytest

from tests.evaluation.world import Monde, monde, with_essai


@pytest.fixture(scope="module", autouse=True)
def essai():
    with with_essai() as found:
        yield found


@pytest.fixture(scope="module")
def m(shared) -> Monde:
    return shared(monde)


@pytest.fixture
def world(m, db) -> Monde:
    return copy.deepcopy(m)
