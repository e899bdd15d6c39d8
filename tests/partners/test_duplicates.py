"""Partners that are perhaps one and the same, signalled to who keeps one of them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from partners.directory.annuaire import PARTENAIRES
from tests.factories import DepartementFactory, OrganisationFactory, PartenaireFactory, RegionFactory, actor_of, member

pytestmark = pytest.mark.django_db
URL = reverse("directory:doublons")


@pytest.fixture
def user():
    return member()


@pytest.fixture
def dla(user):
    return user.active_membership.organisation


def pairs(user) -> list[tuple[str, str]]:
    return [(pair.one.name, pair.other.name) for pair in PARTENAIRES.pairs(actor_of(user))]


def test_near_names_of_the_region_are_signalled_ones_own_first(user, dla):
    PartenaireFactory(organisation=OrganisationFactory(), name="Ligue de l’enseignement du Loiret")
    PartenaireFactory(organisation=dla, name="Ligue de l’enseignement Loiret")
    PartenaireFactory(organisation=dla, name="Fonds de dotation du Val")
    PartenaireFactory(organisation=dla, name="Fonds dotation Val")
    PartenaireFactory(organisation=dla, name="Tout autre chose")
    assert [set(pair) for pair in pairs(user)] == [
        {"Fonds de dotation du Val", "Fonds dotation Val"},
        {"Ligue de l’enseignement Loiret", "Ligue de l’enseignement du Loiret"},
    ]
    assert pairs(user)[1][0] == "Ligue de l’enseignement Loiret", "le sien d’abord"


def test_the_affairs_of_others_and_of_other_regions_are_not(user, dla):
    neighbours = OrganisationFactory(), OrganisationFactory()
    for neighbour in neighbours:
        PartenaireFactory(organisation=neighbour, name="Banque solidaire")
    far = OrganisationFactory(region=RegionFactory(bretagne=True))
    PartenaireFactory(organisation=dla, name="Union rurale")
    PartenaireFactory(organisation=far, name="Union rurale")
    PartenaireFactory(organisation=neighbours[0], name="Union rurale", is_active=False)
    assert pairs(user) == []


def test_a_sigle_that_is_the_name_of_another_is_signalled(user, dla):
    PartenaireFactory(organisation=dla, name="Agence régionale de développement", sigle="AREDEV")
    PartenaireFactory(organisation=dla, name="Aredev")
    assert len(pairs(user)) == 1


def test_near_names_of_two_departements_are_two_partners(user, dla):
    for name, departement in (("de l’Indre", {}), ("d’Indre-et-Loire", {"loiret": True})):
        PartenaireFactory(
            organisation=dla, name=f"Conseil départemental {name}", departement=DepartementFactory(**departement)
        )
    assert pairs(user) == []
    PartenaireFactory(organisation=dla, name="Conseil départemental Indre")
    assert len(pairs(user)) >= 1, "sans territoire dit, la paire se regarde"


def test_the_page_says_whose_each_is_and_costs_the_same_for_1_and_30(client_for, user, dla, count_queries):
    neighbour = OrganisationFactory(name="DLA Voisin")
    client = client_for(user)

    def add(n):
        PartenaireFactory(organisation=dla, name=f"Mutuelle numéro {n} cent {n}{n}")
        PartenaireFactory(organisation=neighbour, name=f"Mutuelle numéro {n} cent {n}{n}")

    add(1)
    page = client.get(URL).content.decode()
    assert "DLA Voisin" in page and "Mutuelle numéro 1" in page
    once = count_queries(lambda: client.get(URL))
    for n in range(2, 31):
        add(n)
    assert count_queries(lambda: client.get(URL)) == once


def test_an_empty_page_says_so(client_for, user):
    assert "Aucun partenaire de votre annuaire ne ressemble" in client_for(user).get(URL).content.decode()
