"""The home of a prestataire: what it is brought to, and the yearly confirmation."""

import pytest

from tests.portfolio.pages import page, text

pytestmark = pytest.mark.django_db


def test_the_home_of_a_consultant_is_the_space(client_for, user, prestataire):
    answer = client_for(user).get("/", follow=True)
    assert answer.redirect_chain[-1][0] == page("espace_prestataire", prestataire.pk)
    assert "Cabinet Test" in text(answer)


def test_an_incomplete_fiche_says_what_is_missing_when_it_is_sent(client_for, user, prestataire, fiche):
    data = {"action": "soumettre", "expected_state": "brouillon", "version": fiche.version}
    refused = client_for(user).post(page("action", prestataire.pk), data)
    assert refused.status_code == 409 and "un intervenant au moins" in text(refused)
