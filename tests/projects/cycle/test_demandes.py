"""The pilot asks the C2RA for its opinion; each finds it on the Accueil."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.errors import InvalidInput, NotAllowed
from core.models import OutboxMail
from projects.cycle.demandes import ask_avis_c2ra
from projects.cycle.services import give_avis_c2ra
from tests.factories import OrganisationFactory, RegionFactory, actor_of, ingenierie_of, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilot():
    return member(OrganisationFactory())


@pytest.fixture
def ingenierie(pilot):
    return ingenierie_of(actor_of(pilot).organisation, titre="Mutualiser la paie", charge_mission=pilot)


@pytest.fixture
def c2ra(pilot):
    return member(OrganisationFactory(c2ra=True, region=actor_of(pilot).organisation.region))


def home(client) -> str:
    return client.get(reverse("portal:accueil")).content.decode()


def test_it_is_asked_once_seen_on_the_home_page_and_told_when_given(pilot, ingenierie, c2ra, client_for):
    page = reverse("projects:etape", args=[ingenierie.pk])
    client, other = client_for(pilot), client_for(c2ra)
    assert "Demander l’avis du C2RA" in client.get(page).content.decode()
    for _ in range(2):
        client.post(reverse("projects:avis_c2ra_demander", args=[ingenierie.pk]))
    assert OutboxMail.objects.filter(template="projects/avis_c2ra_demande").count() == 1
    shown = client.get(page).content.decode()
    assert "Demandé le" in shown
    assert "Demander l’avis du C2RA" not in shown
    assert "vous demande votre avis" in home(other)
    give_avis_c2ra(ingenierie, actor=actor_of(c2ra), sens="reserves", commentaire="Le budget.")
    assert "vous demande votre avis" not in home(other)
    assert "a donné son avis le" in home(client)
    assert OutboxMail.objects.get(template="projects/avis_c2ra_donne").to == pilot.email


def test_a_c2ra_of_elsewhere_is_not_asked_and_nobody_asks_for_a_neighbour(pilot, ingenierie):
    far = member(OrganisationFactory(c2ra=True, region=RegionFactory(bretagne=True)))
    with pytest.raises(InvalidInput, match="Aucun C2RA"):
        ask_avis_c2ra(ingenierie, actor=actor_of(pilot))
    with pytest.raises(NotAllowed):
        ask_avis_c2ra(ingenierie, actor=actor_of(far))
    with pytest.raises(NotAllowed):
        ask_avis_c2ra(ingenierie, actor=actor_of(member(OrganisationFactory())))
    assert not OutboxMail.objects.exists()
