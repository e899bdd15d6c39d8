"""A prestataire's SIRET fills its inscription and the rubrics of its fiche; nothing is saved by itself."""

from __future__ import annotations

import pytest
from django.urls import reverse

from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.prestataire.models import Prestataire
from referentiels.models import Region
from tests.factories import UserFactory, prestataire_of, siret_of
from tests.small_directory import small_directory

pytestmark = pytest.mark.django_db
SIRET = siret_of(21)


@pytest.fixture
def directory(settings, referentiels):
    with small_directory() as made:
        settings.ENTREPRISES_URL = made.address
        made.knows(SIRET)
        yield made


def test_inscribing_oneself_by_a_siret(client_for, directory):
    client, url = client_for(UserFactory()), reverse("portfolio:nouveau")
    assert "Remplir depuis l’annuaire" in client.get(url).content.decode()
    page = client.post(url, {"annuaire": "remplir", "siret": SIRET, "kind": "cabinet"}).content.decode()
    assert 'value="LES AMIS DU PONT"' in page
    centre = Region.objects.get(code="24")
    assert f'value="{centre.pk}" selected' in page
    assert not Prestataire.objects.exists()


def test_the_rubric_is_filled_from_the_siret_already_given(client_for, directory):
    user = UserFactory()
    prestataire = prestataire_of(user)
    directory.knows(prestataire.siret)
    fiche = FicheVersion.objects.get(prestataire=prestataire)
    url = reverse("portfolio:rubrique", args=[prestataire.pk, "identite"])
    client = client_for(user)
    data = {"annuaire": "remplir", "version": fiche.version, "raison_sociale": fiche.raison_sociale}
    page = client.post(url, data).content.decode()
    assert 'value="9499Z"' in page
    assert "Ce que l’annuaire dit autrement" in page
    fiche.refresh_from_db()
    assert fiche.ape == ""
    other = reverse("portfolio:rubrique", args=[prestataire.pk, "ressources"])
    assert "Remplir depuis l’annuaire" not in client.get(other).content.decode()
