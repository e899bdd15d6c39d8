"""A structure confirmed in the mission, whose agreement a change asks."""

import pytest

from projects.structures_ciblees.models import StructureCiblee
from tests.factories import StructureFactory


@pytest.fixture(scope="module")
def made(made, shared):
    ingenierie = made["convention"].ingenierie
    shared(lambda: StructureCiblee(ingenierie=ingenierie, structure=StructureFactory(), state="confirmee").save())
    return made
