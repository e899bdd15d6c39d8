"""A published fiche: its year, who may be retained on which day, who reads it."""

import datetime as dt

import pytest

from core.actor import Actor
from core.clock import months_after
from core.errors import ConditionsNotMet, InvalidInput, StaleState
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.services.versions import (
    start_version,
)
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication import services
from partners.portfolio.publication.models import Periode, Publication
from partners.portfolio.publication.retenue import may_be_retained, statuts
from partners.portfolio.publication.services import deactivate, publish_in_region, reactivate, set_aside
from tests.factories import (
    DepartementFactory,
    OrganisationFactory,
    UserFactory,
    actor_of,
    member_actor,
    prestataire_of,
    published_prestataire,
)

pytestmark = pytest.mark.django_db


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


def test_a_withdrawn_fiche_closes_its_period_and_put_back_opens_another_to_the_same_term(user, c2ra, centre, clock_at):
    clock_at("2026-03-10 10:00")
    prestataire = published_prestataire(user)
    clock_at("2026-05-04 10:00")
    withdrawn = deactivate(Publication.objects.get(), actor=c2ra, reason=" Plainte. ", expected_state="publiee")
    assert withdrawn.decision_reason == "Plainte."
    assert [(p.du, p.au) for p in Periode.objects.all()] == [(dt.date(2026, 3, 10), dt.date(2026, 5, 4))]
    refused = may_be_retained(prestataire, centre)
    assert "n’était plus publiée" in refused.reason and may_be_retained(prestataire, centre, dt.date(2026, 5, 3)).ok
    clock_at("2026-06-01 10:00")
    reactivate(withdrawn, actor=c2ra, expected_state="inactive")
    again = Periode.objects.get(au=None)
    assert (again.du, again.a_actualiser_le) == (dt.date(2026, 6, 1), dt.date(2027, 3, 10))
    # Nothing of what was is rewritten.
    assert may_be_retained(prestataire, centre).ok and not may_be_retained(prestataire, centre, dt.date(2026, 5, 20))


def test_another_region_sets_aside_what_it_is_offered_and_keeps_what_it_publishes(user, other_c2ra, bretagne):
    prestataire = published_prestataire(user, regions=[bretagne])
    offered = Publication.objects.get(region=bretagne)
    with pytest.raises(InvalidInput, match="motif"):
        set_aside(offered, actor=other_c2ra, reason=" ", expected_state="demandee")
    refused = set_aside(offered, actor=other_c2ra, reason="Trop loin.", expected_state="demandee")
    assert (refused.state, refused.candidate, refused.decision_reason) == ("refusee", None, "Trop loin.")
    # Nothing waits any more: neither publishing nor refusing has an object.
    with pytest.raises(ConditionsNotMet) as nothing:
        publish_in_region(refused, actor=other_c2ra, expected_state="refusee")
    assert nothing.value.reasons == ["Aucune version n’attend votre décision."]
    # Offered again, published, then a third time: refusing keeps the version published.
    published = publish_in_region(offer(refused), actor=other_c2ra, expected_state="demandee")
    kept = set_aside(offer(published), actor=other_c2ra, reason="Non.", expected_state="publiee")
    assert kept.state == "publiee" and may_be_retained(prestataire, bretagne).ok


def offer(publication) -> Publication:
    """Its own version is offered to the région again."""
    fiche = FicheVersion.objects.get(prestataire=publication.prestataire)
    return services.offer(fiche, publication.region, Actor.system("recette"))


def test_who_decides_from_a_page_of_before_is_refused(user, other_c2ra, bretagne):
    published_prestataire(user, regions=[bretagne])
    offered = Publication.objects.get(region=bretagne)
    for shown in ({"expected_state": "publiee"}, {"expected_state": "demandee", "version": offered.version + 1}):
        with pytest.raises(StaleState, match="plus à jour"):
            publish_in_region(offered, actor=other_c2ra, **shown)
    assert Publication.objects.get(region=bretagne).state == "demandee"


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
