"""A published fiche: its year, who may be retained on which day, who reads it."""

import datetime as dt

import pytest

from core.actor import Actor
from core.clock import months_after
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.services.versions import (
    start_version,
)
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.models import Publication
from partners.portfolio.publication.retenue import may_be_retained, statuts
from tests.factories import (
    DepartementFactory,
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    actor_of,
    member_actor,
    prestataire_of,
    published_prestataire,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    return RegionFactory(centre=True)


@pytest.fixture
def bretagne():
    return RegionFactory(bretagne=True)


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def actor(user):
    return actor_of(user)


@pytest.fixture
def c2ra(centre):
    return member_actor(OrganisationFactory(c2ra=True, region=centre))


@pytest.fixture
def other_c2ra(bretagne):
    return member_actor(OrganisationFactory(c2ra=True, region=bretagne))


def test_a_published_fiche_is_to_be_updated_after_twelve_months_then_leaves_the_searches(user, c2ra, centre, clock_at):
    clock_at("2026-03-10 10:00")
    prestataire = published_prestataire(user)
    publication = Publication.objects.get()
    assert publication.statut() == "publiee" and publication.a_actualiser_le == dt.date(2027, 3, 10)
    clock_at("2027-03-09 23:59")
    assert may_be_retained(prestataire, centre).ok
    clock_at("2027-03-10 00:01")
    assert publication.statut() == "a_actualiser"
    refused = may_be_retained(prestataire, centre)
    assert not refused and "à actualiser depuis le 10 mars 2027" in refused.reason.replace("\u00a0", " ")
    # The decision of last month was right.
    assert may_be_retained(prestataire, centre, dt.date(2027, 2, 1)).ok
    assert Publication.objects.shown().exists() and not Publication.objects.current().exists()
    clock_at("2028-03-10 00:01")
    assert publication.statut() == "inactive" and not Publication.objects.shown().exists()


def test_nobody_knows_yet_what_will_be_published_tomorrow(user, centre, clock_at):
    clock_at("2026-03-10 10:00")
    prestataire = published_prestataire(user)
    assert "futur" in may_be_retained(prestataire, centre, dt.date(2026, 3, 11)).reason
    assert "que depuis" in may_be_retained(prestataire, centre, dt.date(2026, 3, 9)).reason
    assert statuts([prestataire.pk, 0], centre)[0][0] == "absente"


def test_a_month_later_on_the_last_day_of_february():
    assert months_after(dt.date(2028, 2, 29), 12) == dt.date(2029, 2, 28)
    assert months_after(dt.date(2026, 12, 31), -12) == dt.date(2025, 12, 31)
    assert months_after(dt.date(2026, 12, 15), 1) == dt.date(2027, 1, 15)


def test_the_staff_reads_what_is_published_and_the_competitor_nothing(user, c2ra, other_c2ra, centre):
    competitor = actor_of(UserFactory())
    prestataire_of(competitor.user, number=48)
    prestataire = published_prestataire(user)
    published = FicheVersion.objects.get(prestataire=prestataire)
    start_version(prestataire, actor=actor_of(user))
    dla = member_actor(OrganisationFactory(region=centre, departements=[DepartementFactory(loiret=True)]))
    cnar = member_actor(OrganisationFactory(cnar=True))
    for reader in (dla, c2ra, other_c2ra, cnar):
        assert set(FicheVersion.objects.visible_to(reader).filter(prestataire=prestataire)) == {published}
        assert prestataire in Prestataire.objects.visible_to(reader)
    assert not FicheVersion.objects.visible_to(competitor).filter(prestataire=prestataire).exists()
    assert prestataire not in Prestataire.objects.visible_to(competitor)
    for nobody in (Actor.anonymous(), actor_of(UserFactory())):
        assert not FicheVersion.objects.visible_to(nobody).exists()
        assert not Prestataire.objects.visible_to(nobody).exists()
