"""The contacts of a partner: several, one of them on its sheet."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.contacts import CONTACTS_MAX
from core.errors import InvalidInput, NotAllowed, StaleState
from core.models import JournalEntry
from partners.directory.annuaire import PARTENAIRES
from partners.directory.models import ContactPartenaire
from tests.factories import OrganisationFactory, PartenaireFactory, actor_of, member, member_actor

pytestmark = pytest.mark.django_db
SAM = {"name": "Sam Exemple", "function": "Direction", "email": "sam@example.org", "phone": "02 00 00 00 00"}


@pytest.fixture
def user():
    return member()


@pytest.fixture
def actor(user):
    return actor_of(user)


@pytest.fixture
def partenaire(user):
    return PartenaireFactory(
        organisation=user.active_membership.organisation, contact_name="Noa Premier", contact_email="noa@example.org"
    )


@pytest.fixture
def contact(partenaire, actor):
    return PARTENAIRES.contacts.add(partenaire, SAM, actor=actor)


def url(name: str, *args) -> str:
    return reverse(f"directory:{name}", args=args)


def test_a_contact_is_added_and_shown_and_nothing_personal_enters_the_journal(client_for, user, partenaire):
    client = client_for(user)
    assert client.post(url("contact_ajouter", partenaire.pk), SAM).status_code == 302
    page = client.get(url("detail", partenaire.pk)).content.decode()
    assert "Sam Exemple" in page and "Noa Premier" in page
    entry = JournalEntry.objects.get(verb="directory.contact_add")
    assert "Sam" not in f"{entry.changes}{entry.object_label}" and "example.org" not in str(entry.changes)
    assert "a ajouté un contact" in client.get(url("journal", partenaire.pk)).content.decode()


def test_the_same_contact_twice_is_once(partenaire, actor, contact):
    assert PARTENAIRES.contacts.add(partenaire, SAM, actor=actor) == contact


@pytest.mark.parametrize(
    ("values", "said"), [({}, "au moins un nom"), ({"email": "x"}, "valide"), ({"name": "a" * 121}, "trop long")]
)
def test_an_empty_or_wrong_contact_is_refused_with_words(client_for, user, partenaire, values, said):
    answer = client_for(user).post(url("contact_ajouter", partenaire.pk), values)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not ContactPartenaire.objects.exists()


def test_two_people_who_change_a_contact_lose_nothing(client_for, user, partenaire, contact, actor):
    PARTENAIRES.contacts.update(contact, {"function": "Présidence"}, actor=actor, expected_version=contact.version)
    answer = client_for(user).post(
        url("contact", partenaire.pk, contact.pk), {"name": "Sam", "function": "Trésorerie", "version": 1}
    )
    page = answer.content.decode()
    assert answer.status_code == 409 and "Trésorerie" in page and "Présidence" in page


def test_another_contact_becomes_the_main_one_and_takes_nobodys_place(client_for, user, partenaire, contact):
    client = client_for(user)
    client.post(url("contact_principal", partenaire.pk, contact.pk), {"version": contact.version})
    partenaire.refresh_from_db()
    assert (partenaire.contact_name, partenaire.contact_email) == ("Sam Exemple", "sam@example.org")
    assert [c.name for c in partenaire.contacts.all()] == ["Noa Premier"]


def test_without_a_main_contact_the_place_is_simply_taken(partenaire, contact, actor):
    type(partenaire).objects.update(contact_name="", contact_email="")
    PARTENAIRES.contacts.make_main(contact, actor=actor)
    partenaire.refresh_from_db()
    assert partenaire.contact_name == "Sam Exemple" and not partenaire.contacts.exists()


def test_a_contact_is_taken_out_and_leaves_nothing(client_for, user, partenaire, contact):
    client = client_for(user)
    assert client.post(url("contact_retirer", partenaire.pk, contact.pk), {"version": 9}).status_code == 409
    assert client.post(url("contact_retirer", partenaire.pk, contact.pk)).status_code == 422
    assert client.post(url("contact_retirer", partenaire.pk, contact.pk), {"version": 1}).status_code == 302
    assert not ContactPartenaire.objects.exists()
    assert JournalEntry.objects.get(verb="directory.contact_remove").changes["email"] is None


def test_a_neighbour_reads_the_contacts_and_does_not_change_them(client_for, partenaire, contact):
    neighbour = member(OrganisationFactory())
    client = client_for(neighbour)
    page = client.get(url("detail", partenaire.pk)).content.decode()
    assert "Sam Exemple" in page and "Ajouter un contact" not in page
    who = actor_of(neighbour)
    for call in (
        lambda: PARTENAIRES.contacts.add(partenaire, SAM, actor=who),
        lambda: PARTENAIRES.contacts.update(contact, {"name": "X"}, actor=who, expected_version=1),
        lambda: PARTENAIRES.contacts.remove(contact, actor=who),
        lambda: PARTENAIRES.contacts.make_main(contact, actor=who),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_a_contact_is_not_reached_through_another_partner(client_for, user, partenaire, contact):
    other = PartenaireFactory(organisation=partenaire.organisation)
    assert client_for(user).get(url("contact", other.pk, contact.pk)).status_code == 404


def test_a_stale_removal_and_a_thirty_first_contact_are_refused(partenaire, contact, actor):
    with pytest.raises(StaleState):
        PARTENAIRES.contacts.remove(contact, actor=actor, expected_version=7)
    for n in range(CONTACTS_MAX - 1):
        PARTENAIRES.contacts.add(partenaire, {"name": f"N° {n}"}, actor=actor)
    with pytest.raises(InvalidInput, match="au plus"):
        PARTENAIRES.contacts.add(partenaire, {"name": "De trop"}, actor=actor)


def test_an_unknown_field_is_refused(partenaire):
    with pytest.raises(InvalidInput):
        PARTENAIRES.contacts.add(partenaire, {"is_main": True}, actor=member_actor(partenaire.organisation))
