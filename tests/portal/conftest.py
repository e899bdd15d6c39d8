"""A DLA and those around it, as the home page tells them apart."""

from __future__ import annotations

import copy
from types import SimpleNamespace

import pytest

from tests.factories import OrganisationFactory, RegionFactory, SecteurFactory, UserFactory, member


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2026-11-21 10:00")


def build_world(region: str = "centre") -> SimpleNamespace:
    """``dla`` with ``charge`` (who carries), ``collegue``, ``responsable`` and ``lecture``; ``voisin`` of the same
    région with ``charge_voisin``; the ``c2ra`` of the région and the one of another; ``cnar``, ``avise``; ``seul``
    belongs to nothing."""
    here, away = RegionFactory(**{region: True}), RegionFactory(reunion=True)
    also = "" if region == "centre" else f", {region}"
    dla = OrganisationFactory(name=f"DLA Touraine{also}", region=here)
    voisin = OrganisationFactory(name=f"DLA Voisin{also}", region=here)
    c2ra = OrganisationFactory(c2ra=True, name=f"C2RA Centre{also}", region=here)
    loin = OrganisationFactory(c2ra=True, name=f"C2RA Bretagne{also}", region=away)
    sport = SecteurFactory(sport=True)
    return SimpleNamespace(
        dla=dla,
        voisin=voisin,
        regional=c2ra,
        sport=sport,
        charge=member(dla, first_name="Alix"),
        collegue=member(dla),
        responsable=member(dla, "responsable"),
        lecture=member(dla, "lecture"),
        charge_voisin=member(voisin),
        c2ra=member(c2ra),
        c2ra_loin=member(loin),
        cnar=member(OrganisationFactory(cnar=True, name=f"CNAR Sport{also}", secteur=sport)),
        avise=member(OrganisationFactory(avise=True, name=f"AVISE{also}")),
        seul=UserFactory(),
    )


@pytest.fixture(scope="module")
def _world(shared):
    return shared(build_world, at="2026-11-21 10:00")


@pytest.fixture
def world(db, _world):
    """See :func:`build_world`."""
    return copy.deepcopy(_world)
