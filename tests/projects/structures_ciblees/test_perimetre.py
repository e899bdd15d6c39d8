"""The identity card and the structures that joined: what differs is said, and agreed in one act of the pilot."""

import pytest
from django.urls import reverse

from projects.enums import EtatMobilisation
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.perimetre import perimetre_of
from tests.factories import DepartementFactory, OrganisationFactory, SecteurFactory, ingenierie_of, member
from tests.projects.structures_ciblees.targeting import target

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return member()


@pytest.fixture
def ingenierie(user):
    return ingenierie_of(
        user.active_membership.organisation,
        departements=[DepartementFactory(indre_et_loire=True)],
        secteurs=[SecteurFactory(sport=True)],
    )


def again(ingenierie):
    return Ingenierie.objects.get(pk=ingenierie.pk)


def post(client, ingenierie, quoi):
    return client.post(
        reverse("projects:perimetre", args=[ingenierie.pk]), {"version": again(ingenierie).version, "quoi": quoi}
    )


def test_what_confirmed_structures_bring_is_said_and_added_in_one_act(client_for, user, ingenierie):
    client = client_for(user)
    loiret, culture = DepartementFactory(loiret=True), SecteurFactory()
    target(ingenierie, departement=loiret, secteur=culture)
    assert not perimetre_of(again(ingenierie)).differe  # nobody joined yet
    target(ingenierie, EtatMobilisation.CONFIRMEE, departement=loiret, secteur=culture)
    for name in ("projects:structures", "projects:detail"):
        page = client.get(reverse(name, args=[ingenierie.pk])).content.decode()
        assert f"relèvent de {loiret}, {culture}" in page
    assert post(client, ingenierie, "ajouter").status_code == 302
    told = again(ingenierie)
    assert loiret.pk in told.departement_ids and culture.pk in told.secteur_ids
    assert len(told.departement_ids) == 2
    assert not perimetre_of(told).absents


def test_what_no_structure_is_of_is_said_and_taken_off_when_the_pilot_says_so(client_for, user, ingenierie):
    loiret = DepartementFactory(loiret=True)
    target(ingenierie, EtatMobilisation.CONFIRMEE, departement=loiret, secteur=SecteurFactory(sport=True))
    assert perimetre_of(again(ingenierie)).de_trop == [str(DepartementFactory(indre_et_loire=True))]
    assert post(client_for(user), ingenierie, "accorder").status_code == 302
    assert again(ingenierie).departement_ids == [loiret.pk]
    assert not perimetre_of(again(ingenierie)).differe


def test_an_associate_reads_it_and_does_not_change_it(client_for, ingenierie):
    other = OrganisationFactory()
    ingenierie.associes.add(other)
    from projects.ingenierie.services import refresh_scopes

    refresh_scopes(ingenierie)
    target(ingenierie, EtatMobilisation.CONFIRMEE, departement=DepartementFactory(loiret=True))
    client = client_for(member(other))
    page = client.get(reverse("projects:structures", args=[ingenierie.pk])).content.decode()
    assert "peut accorder la carte d’identité en un geste" in page
    assert post(client, ingenierie, "ajouter").status_code == 403


def test_a_stale_page_changes_nothing(client_for, user, ingenierie):
    target(ingenierie, EtatMobilisation.CONFIRMEE, departement=DepartementFactory(loiret=True))
    answer = client_for(user).post(
        reverse("projects:perimetre", args=[ingenierie.pk]), {"version": 0, "quoi": "ajouter"}
    )
    assert answer.status_code == 302
    assert len(again(ingenierie).departement_ids) == 1
