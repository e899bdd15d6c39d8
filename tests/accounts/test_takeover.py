"""An organisation that closes is taken over by another: one act, previewed, journaled, by the administration."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from accounts import services
from accounts.models import Grant, Membership, Organisation
from accounts.services.takeover import possible_successors
from core.errors import InvalidInput, NotAllowed
from core.journal import entries_for
from engagement.validation.models import AvisComite
from engagement.validation.services import record_avis
from partners.directory.models import Partenaire
from projects.ingenierie.models import Ingenierie
from structures.annuaire.models import Structure
from tests.factories import (
    MembershipFactory,
    OrganisationFactory,
    PartenaireFactory,
    RegionFactory,
    StructureFactory,
    UserFactory,
    actor_of,
    diagnostic_of,
    engaged,
    ingenierie_of,
    member,
    plan_of,
    siret_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    return UserFactory(administrator=True)


@pytest.fixture
def successor(dla):
    kept = OrganisationFactory(name="DLA qui reprend", region=dla.organisation.region)
    member(kept, "responsable")
    return kept


def over(dla, successor, operator, **more):
    return services.take_over(
        dla.organisation, successor, actor=actor_of(operator), **{"reason": "Fusion des deux DLA", **more}
    )


def test_everything_it_holds_follows_and_its_people_read_it_the_same_day(dla, successor, operator, client_for):
    piloted = ingenierie_of(dla.organisation, titre="Paie", charge_mission=dla.charge)
    shared = ingenierie_of(OrganisationFactory(), titre="Partagée", associes=[dla.organisation])
    both = ingenierie_of(successor, titre="Commune", associes=[dla.organisation])
    structure = StructureFactory(organisation=dla.organisation)
    diagnostic, plan = diagnostic_of(structure), plan_of(structure)
    services.invite(dla.organisation, "noa@example.org", "lecture", actor=actor_of(dla.responsable))
    done = over(dla, successor, operator)
    assert "3\xa0ingénieries" in done.moved
    assert [Ingenierie.objects.get(pk=i.pk).pilote for i in (piloted, both)] == [successor, successor]
    assert list(shared.associes.all()) == [successor]
    assert not both.associes.exists()
    for kept in (structure, diagnostic, plan):
        kept.refresh_from_db()
        assert kept.organisation == successor
    assert {m.role for m in Membership.objects.running_in(successor)} == {"responsable", "charge_mission", "lecture"}
    assert not Membership.objects.running_in(dla.organisation).exists()
    assert Grant.objects.get().object_id == successor.pk
    client = client_for(dla.charge)
    dla.charge.refresh_from_db()
    assert actor_of(dla.charge).organisation == successor
    for url in (piloted, shared):
        assert client.get(reverse("projects:detail", args=[url.pk])).status_code == 200
    dla.organisation.refresh_from_db()
    assert not dla.organisation.is_active
    assert entries_for(successor).filter(verb="organisation.takes_over").get().reason == "Fusion des deux DLA"
    assert entries_for(dla.organisation).filter(verb="organisation.taken_over").exists()
    assert entries_for(piloted).filter(verb="projects.reprise").exists()
    assert set(dla.organisation.departements.all()) == set()


def test_a_trial_says_what_will_move_and_moves_nothing(dla, successor, operator):
    ingenierie = ingenierie_of(dla.organisation)
    told = over(dla, successor, operator, trial=True)
    assert "1\xa0ingénierie" in told.moved
    assert any("appartenance" in line for line in told.stays)
    ingenierie.refresh_from_db()
    assert ingenierie.pilote == dla.organisation
    assert Organisation.objects.get(pk=dla.organisation.pk).is_active
    assert Membership.objects.running_in(dla.organisation).count() == 3
    assert over(dla, successor, operator) == told


def test_what_both_directories_hold_arrives_and_is_made_one_later(dla, successor, operator):
    siret = siret_of(7)
    mine = StructureFactory(organisation=dla.organisation, siret=siret)
    StructureFactory(organisation=successor, siret=siret)
    partner = PartenaireFactory(organisation=dla.organisation, name="Le Département")
    PartenaireFactory(organisation=successor, name="le département")
    over(dla, successor, operator)
    mine.refresh_from_db()
    partner.refresh_from_db()
    assert (mine.organisation, mine.siret) == (successor, "")
    assert partner.name == f"Le Département ({dla.organisation})"
    assert Structure.objects.own(successor.pk).count() == Partenaire.objects.own(successor.pk).count() == 2


def test_two_opinions_on_one_dossier_stay_with_who_gave_them(dla, successor, operator):
    ingenierie = engaged(dla.organisation, associes=[successor])
    for organisation, sens in ((dla.organisation, "reserves"), (successor, "favorable")):
        values = {"date": dt.date(2026, 11, 10), "sens": sens, "commentaires": "Le budget."}
        record_avis(ingenierie, organisation, values, actor=actor_of(member(dla.organisation)))
    assert any("avis" in line for line in over(dla, successor, operator).stays)
    assert AvisComite.objects.get(organisation=successor).sens == "favorable"
    assert AvisComite.objects.filter(organisation=dla.organisation).exists()


def test_who_is_in_both_keeps_her_role(dla, successor, operator):
    MembershipFactory(user=dla.lecture, organisation=successor, role="responsable", active=False)
    over(dla, successor, operator)
    assert Membership.objects.running_in(successor).get(user=dla.lecture).role == "responsable"


def test_only_the_administration_and_only_into_one_of_the_same_kind(dla, successor, operator, responsable):
    c2ra = OrganisationFactory(c2ra=True, region=RegionFactory(centre=True))
    closed = OrganisationFactory(is_active=False)
    with pytest.raises(NotAllowed):
        services.take_over(dla.organisation, successor, actor=responsable, reason="Fusion")
    for wrong in (c2ra, closed, dla.organisation):
        with pytest.raises(InvalidInput):
            over(dla, wrong, operator)
    with pytest.raises(InvalidInput, match="Dites pourquoi"):
        over(dla, successor, operator, reason=" ")
    assert list(possible_successors(dla.organisation)) == [successor]


def test_the_page_shows_first_then_does_it(dla, successor, operator, client_for):
    ingenierie_of(dla.organisation)
    client, url = client_for(operator), reverse("accounts:organisation_reprise", args=[dla.organisation.pk])
    assert "Voir ce qui suivra" in client.get(url).content.decode()
    data = {"kept": successor.pk, "reason": "Fusion"}
    shown = client.post(url, data).content.decode()
    assert "1 ingénierie" in shown.replace("\xa0", " ")
    assert "Ce qui ne suit pas" in shown
    assert Organisation.objects.get(pk=dla.organisation.pk).is_active
    assert client.post(url, {"kept": successor.pk, "reason": "", "confirmer": "1"}).status_code == 422
    assert client.post(url, data | {"confirmer": "1"})["Location"] == reverse("portal:installation")
    assert client.get(url).status_code == 404
    assert client_for(dla.responsable).get(url).status_code == 404
