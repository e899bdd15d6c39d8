"""A région without prestataire: one invites somebody, or asks the C2RA."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.models import MailState, OutboxMail
from partners.portfolio.publication import besoin
from tests.factories import OrganisationFactory, RegionFactory, actor_of, member, published_prestataire

pytestmark = pytest.mark.django_db
SEARCH = "recherche:recherche"


def page(client) -> str:
    return client.get(reverse(SEARCH)).content.decode()


def test_a_dla_that_finds_nobody_invites_or_asks_its_c2ra_once_a_week(client_for):
    user = member(OrganisationFactory())
    organisation = actor_of(user).organisation
    advisor = member(OrganisationFactory(c2ra=True, region=organisation.region))
    member(OrganisationFactory(c2ra=True, region=RegionFactory(bretagne=True)))
    client = client_for(user)
    assert reverse("portfolio:invitations") in page(client)
    assert "Demander des prestataires au C2RA" in page(client)
    for _ in range(2):
        assert client.post(reverse("recherche:demander")).status_code == 302
    assert OutboxMail.objects.get(template=besoin.MAIL).to == advisor.email
    assert "Demandé au C2RA le" in page(client)
    assert "Demander des prestataires" not in page(client)
    OutboxMail.objects.update(state=MailState.ECHEC)
    assert "le courrier n’est pas parti" in page(client)


def test_without_c2ra_one_only_invites_and_a_c2ra_does_not_ask_itself(client_for):
    client = client_for(member(OrganisationFactory()))
    assert "Inviter un prestataire" in page(client)
    assert "Demander des prestataires" not in page(client)
    assert client.post(reverse("recherche:demander")).status_code == 422
    advisor = client_for(member(OrganisationFactory(c2ra=True)))
    assert "Inviter un prestataire" in page(advisor)
    assert advisor.post(reverse("recherche:demander")).status_code == 403


def test_a_region_that_shows_some_has_nothing_to_ask(client_for):
    user = member(OrganisationFactory())
    published_prestataire(region=actor_of(user).organisation.region)
    assert "Demander des prestataires" not in page(client_for(user))
