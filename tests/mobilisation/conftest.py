"""What the tests of the projet d'intervention, its scenarios and its groups share."""

from __future__ import annotations

import pytest

from core.actor import Actor
from projects.cycle.gates import CONDITIONS
from projects.structures_ciblees.models import StructureCiblee
from tests.factories import OrganisationFactory, StructureFactory, ingenierie_of, member

SYSTEM = Actor.system("recette")


@pytest.fixture
def dla(db):
    return OrganisationFactory(name="DLA du Val")


@pytest.fixture
def dossier(dla):
    return ingenierie_of(dla)


@pytest.fixture
def adviser(dla):
    return member(dla)


def targeted(dossier, count=1, state="confirmee"):
    return [
        StructureCiblee.objects.create(
            ingenierie=dossier, structure=StructureFactory(organisation=dossier.pilote), state=state
        )
        for _ in range(count)
    ]


def answer(code, dossier):
    from projects import facts

    provider = CONDITIONS.get(code)
    return provider.read(facts.fetch([dossier.pk], [provider])[dossier.pk], dossier)
