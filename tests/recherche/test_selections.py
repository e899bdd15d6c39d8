"""A partner reads a selection of the portfolio by its link (002): the public part of the fiches that agree, no more."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts import services as accounts
from core.errors import InvalidInput, NotAllowed
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.recherche.models import SelectionPartagee
from partners.recherche.selections import services
from partners.recherche.selections.services import LIEN
from tests.factories import (
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    actor_of,
    member,
    shown_prestataire,
)
from tests.strict import StrictClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def dla(db):
    return OrganisationFactory(region=RegionFactory(centre=True))


@pytest.fixture
def shown(dla):
    """Two that agree to be shown, in a région that is not open to the public."""
    found = [shown_prestataire(name=name) for name in ("Cabinet Alpha", "Cabinet Beta")]
    FicheVersion.objects.filter(prestataire__in=found).update(public=True)
    return found


@pytest.fixture
def actor(dla):
    return actor_of(member(dla))


def share(prestataires, actor):
    return services.share(prestataires, {"titre": "Pour la culture", "message": "Bonne lecture."}, actor=actor)


def test_the_partner_reads_the_public_part_and_writes_nothing(shown, actor):
    hidden = shown_prestataire(name="Cabinet discret")
    made = share([*shown, hidden], actor)
    grant = accounts.send_link(LIEN, made, name="Noa", email="noa@example.org", actor=actor)
    link = reverse("lien", args=[accounts.link_token(grant)])
    visitor = StrictClient()
    page = visitor.get(link).content.decode()
    assert "Cabinet Alpha" in page and "Cabinet Beta" in page and "Bonne lecture." in page
    assert "Cabinet discret" not in page
    assert visitor.post(link, {}).status_code == 405


def test_what_a_prestataire_takes_back_is_gone_from_the_link_at_once(shown, actor):
    made = share(shown, actor)
    FicheVersion.objects.filter(prestataire=shown[0]).update(public=False)
    assert [p.prestataire.name for p in services.readable([p.pk for p in made.prestataires.all()])] == ["Cabinet Beta"]


def test_a_selection_of_nobody_who_agrees_is_refused(actor):
    hidden = shown_prestataire(name="Cabinet discret")
    with pytest.raises(InvalidInput, match="n’accepte"):
        share([hidden], actor)


def test_what_is_ticked_becomes_a_selection_whose_page_sends_links(client_for, dla, shown):
    client = client_for(member(dla))
    url = reverse("recherche:selection_partager")
    assert "Cabinet Alpha" in client.get(url, {"p": [shown[0].pk]}).content.decode()
    assert client.post(url, {"p": [shown[0].pk], "titre": ""}).status_code == 422
    answer = client.post(url, {"p": [shown[0].pk], "titre": "Pour la mairie"}, follow=True)
    assert "Pour la mairie" in answer.content.decode() and "par lien personnel" in answer.content.decode()
    assert "Pour la mairie" in client.get(reverse("recherche:selections")).content.decode()


def test_a_selection_is_its_organisation_s_own(client_for, dla, shown, actor):
    made = share(shown, actor)
    url = reverse("recherche:selection", args=[made.pk])
    stranger = member(OrganisationFactory(region=dla.region), "responsable")
    assert client_for(stranger).get(url).status_code == 404
    with pytest.raises(NotAllowed):
        accounts.send_link(LIEN, made, name="Noa", email="noa@example.org", actor=actor_of(stranger))
    reader = member(dla, role="lecture")
    assert client_for(reader).get(url).status_code == 200
    assert client_for(reader).get(reverse("recherche:selection_partager")).status_code == 403
    assert client_for(UserFactory()).get(reverse("recherche:selections")).status_code == 403
    assert SelectionPartagee.objects.count() == 1
