"""A questionnaire is data: prepared, adapted until the first answer, opened, closed, opened again."""

from __future__ import annotations

import copy

import pytest

from tests.evaluation.world import Monde, monde, prepared, with_essai

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def essai():
    with with_essai():
        yield


@pytest.fixture(scope="module")
def m(shared):
    return shared(monde)


@pytest.fixture
def world(m, db) -> Monde:
    return copy.deepcopy(m)


def test_it_is_prepared_with_those_whom_the_dossier_knows(world):
    q = prepared(world)
    asked = list(q.repondants.values_list("sorte", "organisme"))
    assert ("structure", "Les Jardins du lac") in asked and ("structure", "Atelier du fleuve") in asked
    assert ("charge_mission", world.ingenierie.pilote.name) in asked
    assert ("prestataire", str(world.convention.choix.prestataire)) in asked
