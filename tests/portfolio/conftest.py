"""Who the tests of the portfolio speak of: a consultant, the C2RA of her région, that of another."""

import pytest
from django.urls import reverse

from tests.factories import OrganisationFactory, RegionFactory, UserFactory, actor_of, member_actor


def page(name, *args):
    """The address of a page of the portfolio."""
    return reverse(f"portfolio:{name}", args=args)


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def centre():
    return RegionFactory(centre=True)


@pytest.fixture
def bretagne():
    return RegionFactory(bretagne=True)


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def actor(user):
    return actor_of(user)


@pytest.fixture
def c2ra(centre):
    return member_actor(OrganisationFactory(c2ra=True, region=centre))


@pytest.fixture
def other_c2ra(bretagne):
    return member_actor(OrganisationFactory(c2ra=True, region=bretagne))
