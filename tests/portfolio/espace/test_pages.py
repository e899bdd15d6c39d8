"""The home of a prestataire: what it is brought to, and the yearly confirmation."""

import pytest
from django.urls import reverse

from partners.portfolio.fiche.services.versions import under_way
from tests.factories import (
    UserFactory,
    fill_fiche,
    member,
    prestataire_of,
    published_prestataire,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory(first_name="Claude", last_name="Consultant")


@pytest.fixture
def prestataire(user):
    return prestataire_of(user, name="Cabinet Test")


@pytest.fixture
def fiche(prestataire):
    return under_way(prestataire)


def page(name, *args):
    return reverse(f"portfolio:{name}", args=args)


def text(response) -> str:
    return response.content.decode()


def test_the_home_of_a_consultant_is_the_space(client_for, user, prestataire):
    answer = client_for(user).get("/", follow=True)
    assert answer.redirect_chain[-1][0] == page("espace_prestataire", prestataire.pk)
    assert "Cabinet Test" in text(answer)


def test_an_incomplete_fiche_says_what_is_missing_when_it_is_sent(client_for, user, prestataire, fiche):
    data = {"action": "soumettre", "expected_state": "brouillon", "version": fiche.version}
    refused = client_for(user).post(page("action", prestataire.pk), data)
    assert refused.status_code == 409 and "un intervenant au moins" in text(refused)


def test_one_click_confirms_and_the_published_fiche_stays_readable(client_for, user):
    prestataire = published_prestataire(user)
    client = client_for(user)
    client.post(page("action", prestataire.pk), {"action": "confirmer"})
    fiche = under_way(prestataire)
    assert fiche.state == "soumise" and fiche.numero == 2
    assert client_for(member()).get(page("prestataire", prestataire.pk))["Location"] != page("fiche", fiche.pk)
    data = {"action": "reprendre", "expected_state": "soumise", "version": fiche.version}
    client.post(page("action", prestataire.pk), data)
    fill_fiche(under_way(prestataire))
