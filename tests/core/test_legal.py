"""The legal pages say what is true of this installation, and what is not known."""

from __future__ import annotations

import pytest
from django.urls import reverse

PAGES = ("core:mentions_legales", "core:donnees_personnelles", "core:accessibilite")


@pytest.mark.parametrize("name", PAGES)
def test_the_legal_pages_are_public(db, client, name):
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert client.post(reverse(name)).status_code == 405


def test_what_the_operator_left_out_is_said(db, client, settings):
    settings.OPERATOR = {**dict.fromkeys(settings.OPERATOR, ""), "name": "Association <Exploitante>"}
    page = client.get(reverse("core:mentions_legales")).content.decode()

    assert "Association &lt;Exploitante&gt;" in page
    assert page.count("non renseigné par l’exploitant") == 4


def test_the_personal_data_page_tells_the_durations_in_force(db, client, settings):
    settings.SESSION_COOKIE_AGE = 3600 * 5
    settings.INVITATION_DAYS = 21
    page = client.get(reverse("core:donnees_personnelles")).content.decode()

    assert "5 heures au plus" in page
    assert "21 jours" in page
    assert settings.SESSION_COOKIE_NAME in page
