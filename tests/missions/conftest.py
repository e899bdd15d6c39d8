"""One signed mission a module, with its team, its consultant, and who has nothing to do with it."""

import copy

import pytest

from missions.suivi import services
from missions.suivi.models import EtapeSuivi, FicheSuivi
from tests.factories import UserFactory, actor_of, member
from tests.missions import mission


@pytest.fixture(scope="module")
def made(shared):
    def make():
        team = member(role="responsable")
        convention = mission.complete(mission.dossier(actor_of(team).organisation))
        consultant = mission.consultant(convention)
        convention = mission.signed(mission.to_sign(convention))
        return {"team": team, "consultant": consultant, "convention": convention, "stranger": UserFactory()}

    return shared(make)


@pytest.fixture
def world(db, made):
    return copy.deepcopy(made)


@pytest.fixture
def convention(world):
    return mission.fresh(world["convention"])


@pytest.fixture
def team(world):
    return actor_of(world["team"])


@pytest.fixture
def consultant(world):
    return actor_of(world["consultant"])


@pytest.fixture
def fiche(convention):
    found = FicheSuivi.objects.get(convention=convention)
    found.convention = convention
    return found


@pytest.fixture
def etapes(convention) -> list[EtapeSuivi]:
    rows = services.etapes_of(convention)
    for row in rows:
        row.fiche.convention = convention
    return rows
