"""The page of one's own account and of one's organisation; two people who edit the same thing."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts import permissions, services
from accounts.enums import Role
from accounts.models import User
from core.actor import Actor
from core.errors import EditConflict, NotAllowed
from core.models import JournalEntry
from tests.factories import OrganisationFactory, RegionFactory, actor_of, member, member_actor


def text(answer) -> str:
    return answer.content.decode().replace("\xa0", " ")


@pytest.fixture
def edit(dla):
    return reverse("accounts:organisation_update", args=[dla.organisation.pk])


# --- Profile --------------------------------------------------------------------------------------------------------


def test_one_keeps_one_s_profile_and_the_journal_keeps_no_telephone(dla, client_for):
    client = client_for(dla.charge)
    url = reverse("accounts:profil")
    assert client.get(url).status_code == 200
    answer = client.post(
        url, {"first_name": " Alix ", "last_name": "Essai", "fonction": "Chargée de mission", "phone": "02 00 00 00 00"}
    )
    assert answer.status_code == 302
    dla.charge.refresh_from_db()
    assert dla.charge.first_name == "Alix"
    entry = JournalEntry.objects.get(verb="person.updated")
    assert entry.changes["phone"] is None
    assert entry.changes["fonction"] == ["", "Chargée de mission"]


def test_a_profile_without_name_is_refused_and_keeps_what_was_typed(dla, client_for):
    answer = client_for(dla.charge).post(
        reverse("accounts:profil"), {"first_name": "", "last_name": "Essai", "fonction": "Chargée de tout"}
    )
    assert answer.status_code == 422
    assert 'href="#id_first_name"' in text(answer)
    assert "Chargée de tout" in text(answer)
    assert not JournalEntry.objects.filter(verb="person.updated").exists()


def test_nobody_writes_somebody_else_s_profile(dla, responsable):
    with pytest.raises(NotAllowed):
        services.update_profile(dla.charge, {"first_name": "Autre"}, actor=responsable)


def test_a_posted_field_that_is_not_in_the_form_changes_nothing(dla, client_for):
    client_for(dla.charge).post(
        reverse("accounts:profil"),
        {"first_name": "A", "last_name": "B", "is_superuser": "on", "is_staff": "on", "email": "x@example.org"},
    )
    dla.charge.refresh_from_db()
    assert not dla.charge.is_superuser
    assert not dla.charge.is_staff
    assert dla.charge.email != "x@example.org"


# --- Coordinates, two people at once --------------------------------------------------------------------------------


def form_of(client, edit) -> dict:
    return {"version": re.search(r'name="version" value="(\d+)"', text(client.get(edit)))[1]}


def test_a_responsable_changes_the_coordinates(dla, client_for, edit):
    client = client_for(dla.responsable)
    page = text(client.get(edit))
    assert "data-warn-unsaved" in page
    answer = client.post(
        edit, {"version": 1, "address": "1 rue du Port\r\n37000 Tours", "email": "dla@example.org", "phone": ""}
    )
    assert answer["Location"] == reverse("accounts:organisation", args=[dla.organisation.pk])
    dla.organisation.refresh_from_db()
    assert dla.organisation.address == "1 rue du Port\n37000 Tours"
    assert dla.organisation.version == 2
    journal = text(client.get(reverse("accounts:organisation_journal", args=[dla.organisation.pk])))
    assert "a modifié la fiche de l’organisation" in journal


def test_saving_without_change_writes_nothing(dla, client_for, edit):
    data = {"version": 1, "address": "", "email": dla.organisation.email, "phone": ""}
    assert client_for(dla.responsable).post(edit, data).status_code == 302
    assert not JournalEntry.objects.exists()


def test_the_second_of_two_people_is_told_what_changed_and_loses_nothing(dla, client_for, edit):
    other = member(dla.organisation, Role.RESPONSABLE, first_name="Dominique", last_name="Rival")
    first, second = client_for(other), client_for(dla.responsable)
    mine = form_of(second, edit) | {"address": "", "email": "moi@example.org", "phone": "02 11 11 11 11"}
    first.post(edit, {"version": 1, "address": "Autre adresse", "email": "eux@example.org", "phone": ""})

    answer = second.post(edit, mine)
    page = text(answer)
    assert answer.status_code == 409
    assert "Dominique Rival" in page
    assert "Quelqu’un a modifié cette page en même temps que vous" in page
    # My own text is in the field, the recorded value beside it; what I had not touched takes theirs.
    assert 'value="moi@example.org"' in page
    assert re.search(
        r"Valeur enregistrée maintenant, par Dominique Rival</p>\s*<p class=\"prose\">eux@example.org", page
    )
    assert "Autre adresse</textarea>" in page
    assert "la valeur enregistrée entre-temps y a été reprise" in page
    assert 'name="version" value="2"' in page
    dla.organisation.refresh_from_db()
    assert dla.organisation.email == "eux@example.org"

    # Saving again is a conscious choice, and holds.
    again = {"version": 2, "address": "Autre adresse", "email": "moi@example.org", "phone": "02 11 11 11 11"}
    assert second.post(edit, again).status_code == 302
    dla.organisation.refresh_from_db()
    assert (dla.organisation.email, dla.organisation.address) == ("moi@example.org", "Autre adresse")
    assert dla.organisation.version == 3


def test_a_form_sent_again_by_the_back_button_is_refused(dla, client_for, edit):
    client = client_for(dla.responsable)
    data = {"version": 1, "address": "A", "email": "", "phone": ""}
    client.post(edit, data)
    answer = client.post(edit, data | {"address": "B"})
    assert answer.status_code == 409


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40])
def test_a_form_without_its_version_writes_nothing(dla, client_for, edit, version):
    answer = client_for(dla.responsable).post(edit, {"version": version, "address": "A"})
    assert answer.status_code == 422
    dla.organisation.refresh_from_db()
    assert dla.organisation.address == ""


def test_too_long_and_wrong_input_say_why_and_keep_the_text(dla, client_for, edit):
    long = "x" * 10_001
    answer = client_for(dla.responsable).post(edit, {"version": 1, "address": long, "email": "pas une adresse"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Retirez-en 1." in page
    assert "10\u202f001" in page
    assert long in page
    assert 'href="#id_email"' in page


def test_the_name_and_territory_belong_to_the_administration(dla, responsable):
    with pytest.raises(NotAllowed):
        services.update_organisation(dla.organisation, {"name": "Autre"}, actor=responsable, expected_version=1)
    with pytest.raises(EditConflict):
        services.update_organisation(dla.organisation, {"phone": "1"}, actor=responsable, expected_version=7)


# --- Predicates -----------------------------------------------------------------------------------------------------


def test_predicates_deny_by_default(dla):
    region = dla.organisation.region
    for actor in (Actor.anonymous(), Actor.system("essai"), Actor.for_user(dla.charge), dla.charge, None):
        assert not permissions.writes(actor)
        assert not permissions.is_dla(actor)
        assert not permissions.is_member(actor, dla.organisation)
        assert not permissions.can_manage_members(actor, dla.organisation)
        assert not permissions.is_c2ra_of(actor, region)


def test_predicates_follow_the_active_membership(dla):
    centre, bretagne = RegionFactory(centre=True), RegionFactory(bretagne=True)
    c2ra = member_actor(OrganisationFactory(c2ra=True))
    assert permissions.is_c2ra(c2ra)
    assert permissions.is_c2ra_of(c2ra, centre)
    assert permissions.is_c2ra_of(c2ra, centre.pk)
    assert not permissions.is_c2ra_of(c2ra, bretagne)
    assert not permissions.is_c2ra_of(c2ra, None)
    assert permissions.is_dla(actor_of(dla.charge))
    assert permissions.writes(actor_of(dla.charge))
    assert not permissions.writes(actor_of(dla.lecture))
    assert permissions.can_manage_members(actor_of(dla.responsable), dla.organisation)
    assert not permissions.can_manage_members(actor_of(dla.charge), dla.organisation)


def test_the_page_of_an_organisation_agrees_with_the_queryset(dla, voisin, client_for):
    from accounts.models import Organisation

    people = [dla.responsable, dla.charge, dla.lecture, voisin, member(is_staff=True, is_superuser=True)]
    for person in people:
        visible = set(Organisation.objects.visible_to(actor_of(person)).values_list("pk", flat=True))
        client = client_for(person)
        for pk in Organisation.objects.values_list("pk", flat=True):
            answer = client.get(reverse("accounts:organisation", args=[pk]))
            assert answer.status_code == (200 if pk in visible else 404)


def test_nobody_is_deleted_by_accident_with_what_they_did(dla):
    from django.db.models import ProtectedError

    with pytest.raises(ProtectedError):
        dla.charge.delete()
    assert User.objects.filter(pk=dla.charge.pk).exists()
