"""What the tests of the cahier des charges share."""

from __future__ import annotations

import copy

import pytest

from tests.consultations import slot
from tests.factories import member


@pytest.fixture(autouse=True)
def _today(clock_at):
    clock_at("2026-11-21 10:00")


@pytest.fixture(scope="module")
def _dossier(shared):
    return shared(lambda: slot.ingenierie(structures=5), at="2026-11-21 10:00")


@pytest.fixture
def dossier(db, _dossier):
    """The SLOT case with five structures."""
    return copy.deepcopy(_dossier)


@pytest.fixture
def cahier(dossier):
    """Its cahier des charges, complete, being written."""
    return slot.cahier(dossier)


@pytest.fixture
def pilot(dossier):
    """A chargé de mission of the pilot."""
    return member(dossier.pilote, first_name="Dominique", last_name="Pilote")


@pytest.fixture
def contributor(dossier):
    """A chargé de mission of an associated DLA."""
    return member(dossier.associes.order_by("pk")[0], first_name="Alix", last_name="Associé")


@pytest.fixture
def diffused(cahier):
    """The same cahier, diffused (the PDF is asked for, not made)."""
    from consultations.cahier import services

    return services.diffuser(services.valider(cahier, slot.SYSTEM), slot.SYSTEM)
