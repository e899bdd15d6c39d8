"""Who the tests of the portfolio speak of: a consultant, the C2RA of her région, that of another."""

import pytest

from partners.portfolio.fiche.services.versions import under_way
from tests.factories import (
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    actor_of,
    member,
    member_actor,
    prestataire_of,
)


@pytest.fixture
def centre():
    return RegionFactory(centre=True)


@pytest.fixture
def bretagne():
    return RegionFactory(bretagne=True)


@pytest.fixture
def user():
    return UserFactory(first_name="Claude", last_name="Consultant")


@pytest.fixture
def actor(user):
    return actor_of(user)


@pytest.fixture
def prestataire(user):
    """Hers, its fiche being written."""
    return prestataire_of(user, name="Cabinet Test")


@pytest.fixture
def fiche(prestataire):
    return under_way(prestataire)


@pytest.fixture
def reviewer(centre):
    return member(OrganisationFactory(c2ra=True, region=centre))


@pytest.fixture
def c2ra(reviewer):
    return actor_of(reviewer)


@pytest.fixture
def other_c2ra(bretagne):
    return member_actor(OrganisationFactory(c2ra=True, region=bretagne))
