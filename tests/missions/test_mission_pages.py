"""The pages of a mission: for the team and for its prestataire once the convention is signed, for nobody else."""

import pytest
from django.urls import reverse

from core import clock
from missions.conventions.services.actes import current_acte
from tests.factories import UserFactory, actor_of, member
from tests.missions import mission

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return member()


@pytest.fixture
def convention(user):
    """Signed; its prestataire has one person in the application."""
    return mission.signed(mission.to_sign(mission.complete(mission.dossier(actor_of(user).organisation))))


@pytest.fixture
def consultant(convention):
    return mission.consultant(convention)


def test_a_signed_convention_is_a_mission_for_the_team(client_for, user, convention):
    answer = client_for(user).get(reverse("missions:missions", args=[convention.ingenierie_id]), follow=True)
    assert answer.status_code == 200
    assert str(convention.choix.prestataire) in answer.content.decode()


def test_a_convention_to_sign_is_not_a_mission_yet(client_for, user):
    acte = mission.to_sign(mission.complete(mission.dossier(actor_of(user).organisation)))
    convention = acte.convention
    client = client_for(user)
    told = client.get(reverse("missions:missions", args=[convention.ingenierie_id]))
    assert "signature de la convention" in told.content.decode()
    assert client.get(reverse("missions:mission", args=[convention.ingenierie_id, convention.pk])).status_code == 404


def test_the_people_of_the_prestataire_find_their_mission_and_nobody_elses(client_for, convention, consultant):
    client = client_for(consultant)
    assert convention.ingenierie.titre in client.get(reverse("mission:missions")).content.decode()
    assert client.get(reverse("mission:mission", args=[convention.pk])).status_code == 200
    other = client_for(UserFactory())
    assert other.get(reverse("mission:mission", args=[convention.pk])).status_code == 404
    assert convention.ingenierie.titre not in other.get(reverse("mission:missions")).content.decode()


def test_the_signed_convention_is_read_from_the_mission_by_both_and_by_nobody_else(
    client_for, user, convention, consultant
):
    team, theirs = client_for(user), client_for(consultant)
    url = reverse("mission:convention", args=[convention.pk])
    page = reverse("mission:mission", args=[convention.pk])
    assert url not in theirs.get(page).content.decode() and theirs.get(url).status_code == 404  # not printed yet
    mission.printed(current_acte(convention))
    assert url in theirs.get(page).content.decode()
    assert theirs.get(url)["Content-Type"] == "application/pdf"
    assert client_for(UserFactory()).get(url).status_code == 404
    args = [convention.ingenierie_id, convention.pk]
    told = team.get(reverse("missions:mission", args=args)).content.decode()
    assert reverse("missions:convention", args=args) in told


def test_two_phases_are_two_missions_and_a_list(client_for, user, convention):
    client = client_for(user)
    assert client.get(reverse("missions:missions", args=[convention.ingenierie_id])).status_code == 302
    second = mission.signed(mission.to_sign(mission.complete(convention.ingenierie, phase="2")))
    told = client.get(reverse("missions:missions", args=[convention.ingenierie_id])).content.decode()
    for row in (convention, second):
        assert reverse("missions:mission", args=[row.ingenierie_id, row.pk]) in told


def test_the_stepper_carries_the_state_of_the_mission(client_for, user, convention):
    told = client_for(user).get(reverse("missions:mission", args=[convention.ingenierie_id, convention.pk]))
    assert "0 sur 3" in told.content.decode()


def test_the_page_of_the_missions_says_what_waits(client_for, convention, consultant):
    told = client_for(consultant).get(reverse("mission:missions")).content.decode()
    assert "Remplissez les prévisions de la fiche de suivi." in told


def test_once_the_prestataire_is_retained_no_more_it_reads_and_writes_no_more(client_for, convention, consultant):
    type(convention.choix).objects.filter(pk=convention.choix_id).update(retire_at=clock.now())
    client = client_for(consultant)
    assert convention.ingenierie.titre not in client.get(reverse("mission:missions")).content.decode()
    told = client.get(reverse("mission:suivi", args=[convention.pk]))
    assert told.status_code == 200 and "n’est plus retenu" in told.content.decode()
    assert client.get(reverse("mission:suivi_consultant", args=[convention.pk])).status_code == 403
