"""What the tests of the public library share."""

import pytest

from tests.factories import OrganisationFactory, RegionFactory


@pytest.fixture
def dla(db):
    return OrganisationFactory(name="DLA du Val", region=RegionFactory(centre=True))
