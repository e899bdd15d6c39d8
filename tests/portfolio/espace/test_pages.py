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
    html = text(refused)
    assert refused.status_code == 409 and "choses restent à faire avant l’envoi" in html
    # Each of them is a link to its place.
    there = page("rubrique", prestataire.pk, "ressources") + "#champ-intervenants"
    assert f'<a href="{there}">un intervenant au moins</a>' in html.split("</ul>")[0] + html.split("avant l’envoi")[1]
