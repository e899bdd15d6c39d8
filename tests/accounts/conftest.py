"""A DLA with its people, and its neighbour: every refusal is tried with somebody who has the same role next door."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from accounts.enums import Role
from accounts.handover import HOLDINGS, Holding
from tests.factories import OrganisationFactory, actor_of, member


@pytest.fixture
def dla(db):
    """A DLA: a responsable, a chargé de mission, somebody who only reads."""
    organisation = OrganisationFactory()
    return SimpleNamespace(
        organisation=organisation,
        responsable=member(organisation, Role.RESPONSABLE),
        charge=member(organisation),
        lecture=member(organisation, Role.LECTURE),
    )


@pytest.fixture
def voisin(db):
    """The responsable of another DLA of the same région."""
    return member(OrganisationFactory(), Role.RESPONSABLE)


@pytest.fixture
def responsable(dla):
    """The responsable as an actor."""
    return actor_of(dla.responsable)


@pytest.fixture
def membership():
    """``membership(user)``: the running membership of ``user``."""
    return lambda user: user.memberships.get(ended_at=None)


@pytest.fixture
def dossiers():
    """A kind of thing that people hold, as a higher floor would declare it: who holds how many."""
    held: dict[int, int] = {}

    def transfer(from_user, to_user, organisation, actor):
        count = held.pop(from_user.pk, 0)
        held[to_user.pk] = held.get(to_user.pk, 0) + count
        return [("Dossier", "/")] * count

    HOLDINGS.register(
        "essai.dossiers", Holding("Dossiers d’essai", lambda user, organisation: held.get(user.pk, 0), transfer)
    )
    yield held
    HOLDINGS._items.pop("essai.dossiers")
