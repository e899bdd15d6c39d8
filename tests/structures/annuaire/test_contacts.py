"""The contacts of a structure: several, one of them on its sheet. What they share with partners is tested there too."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts import services as accounts
from accounts.enums import Role
from core.errors import NotAllowed
from core.merging import GONE
from core.models import JournalEntry
from structures.annuaire.annuaire import STRUCTURES
from structures.annuaire.models import ContactStructure
from structures.diagnostics.services import LIEN
from tests.factories import (
    OrganisationFactory,
    StructureFactory,
    actor_of,
    diagnostic_of,
    identified,
    ingenierie_of,
    member,
)

pytestmark = pytest.mark.django_db
SAM = {"name": "Sam Exemple", "function": "Trésorerie", "email": "sam@example.org", "phone": "02 00 00 00 00"}


@pytest.fixture
def user():
    return member()


@pytest.fixture
def dla(user):
    return user.active_membership.organisation


@pytest.fixture
def actor(user):
    return actor_of(user)


@pytest.fixture
def structure(dla):
    return StructureFactory(organisation=dla, contact_name="Noa Premier", contact_email="noa@example.org")


@pytest.fixture
def contact(structure, actor):
    return STRUCTURES.contacts.add(structure, SAM, actor=actor)


@pytest.fixture
def client(client_for, user):
    return client_for(user)


def url(name: str, *args) -> str:
    return reverse(f"structures:{name}", args=args)


def test_a_contact_is_added_from_the_sheet_and_nothing_personal_enters_the_journal(client, structure):
    assert url("contact_ajouter", structure.pk) in client.get(url("detail", structure.pk)).content.decode()
    assert "joindre pour l’accompagnement" in client.get(url("contact_ajouter", structure.pk)).content.decode()
    assert client.post(url("contact_ajouter", structure.pk), SAM).status_code == 302
    page = client.get(url("detail", structure.pk)).content.decode()
    assert "Sam Exemple" in page and "Noa Premier" in page
    entry = JournalEntry.objects.get(verb="structures.contact_add")
    assert "Sam" not in f"{entry.changes}{entry.object_label}" and "example.org" not in str(entry.changes)
    assert "a ajouté un contact de la structure" in client.get(url("journal", structure.pk)).content.decode()


def test_an_empty_contact_is_refused_with_words(client, structure):
    answer = client.post(url("contact_ajouter", structure.pk), {"note": "Personne"})
    assert answer.status_code == 422 and "au moins un nom" in answer.content.decode()


def test_a_contact_is_changed_made_the_main_one_and_taken_out(client, structure, contact):
    edit = url("contact", structure.pk, contact.pk)
    assert client.post(edit, {**SAM, "function": "Présidence", "version": 1}).status_code == 302
    late = client.post(edit, {**SAM, "function": "Direction", "version": 1})
    assert late.status_code == 409 and "Présidence" in late.content.decode()
    client.post(url("contact_principal", structure.pk, contact.pk), {"version": 2})
    structure.refresh_from_db()
    assert (structure.contact_name, structure.contact_function) == ("Sam Exemple", "Présidence")
    other = structure.contacts.get()
    assert other.email == "noa@example.org"
    client.post(url("contact_retirer", structure.pk, other.pk), {"version": other.version})
    assert not ContactStructure.objects.exists()
    assert JournalEntry.objects.get(verb="structures.contact_remove").changes["email"] is None


def test_who_reads_the_sheet_reads_its_contacts_and_only_its_dla_changes_them(client_for, dla, structure, contact):
    c2ra = member(OrganisationFactory(c2ra=True, region=dla.region))
    page = client_for(c2ra).get(url("detail", structure.pk)).content.decode()
    assert "Sam Exemple" in page and "Ajouter un contact" not in page
    for other in (c2ra, member(dla, Role.LECTURE)):
        for call in (STRUCTURES.contacts.remove, STRUCTURES.contacts.make_main):
            with pytest.raises(NotAllowed):
                call(contact, actor=actor_of(other))
    neighbour = client_for(member(OrganisationFactory(region=dla.region)))
    for name in ("detail", "contact_ajouter"):
        assert neighbour.get(url(name, structure.pk)).status_code == 404
    assert neighbour.get(url("contact", structure.pk, contact.pk)).status_code == 404


def test_a_contact_is_not_reached_through_another_structure(client, dla, contact):
    other = StructureFactory(organisation=dla)
    assert client.get(url("contact", other.pk, contact.pk)).status_code == 404


def test_an_export_of_the_directory_leaves_every_contact_out(client, contact):
    content = b"".join(client.get(url("liste"), {"export": "csv"})).decode()
    assert "sam@example.org" not in content and "noa@example.org" not in content


def test_the_link_of_a_diagnostic_is_proposed_to_the_next_contact(structure, contact, actor, client):
    diagnostic = diagnostic_of(structure, shared=True)
    page = reverse("accounts:lien_envoyer", args=[LIEN, diagnostic.pk])
    assert "noa@example.org" in client.get(page).content.decode()
    accounts.send_link(LIEN, diagnostic, name="Noa", email="noa@example.org", actor=actor)
    assert "sam@example.org" in client.get(page).content.decode()


def test_each_contact_may_be_expected_at_a_meeting(structure, contact, actor, dla):
    from engagement.reunions.services.participants import add_participants, candidates, key_of
    from engagement.reunions.services.reunions import create_reunion
    from projects.structures_ciblees.services import add_structures
    from tests.engagement.reunions.conftest import ANNOUNCED

    dossier = identified(ingenierie_of(dla))
    add_structures(dossier, [structure.pk], actor=actor)
    reunion = create_reunion(dossier, ANNOUNCED, actor=actor)
    proposed = {c.personne: c.key for c in candidates(dossier)}
    keys = [proposed["Noa Premier"], proposed["Sam Exemple"]]
    rows = add_participants(reunion, keys, actor=actor)
    assert [row.email for row in rows] == ["noa@example.org", "sam@example.org"]
    assert [key_of(row) for row in rows] == keys
    assert add_participants(reunion, keys, actor=actor) == [], "ils y sont déjà"


# --- Two sheets made one --------------------------------------------------------------------------------------------


def merge(kept, gone, actor, **chosen):
    return STRUCTURES.merge(kept, gone, chosen, actor=actor, versions=(None, None))


@pytest.mark.parametrize("chosen", [{}, {"contact_name": GONE, "contact_email": GONE}])
def test_two_structures_made_one_keep_everybody_and_the_hidden_sheet_nobody(dla, structure, contact, actor, chosen):
    gone = StructureFactory(organisation=dla, contact_name="Alix Second", contact_email="alix@example.org")
    STRUCTURES.contacts.add(gone, SAM, actor=actor)
    STRUCTURES.contacts.add(gone, {"function": "Accueil", "phone": "02 00 00 00 01"}, actor=actor)
    merged = merge(structure, gone, actor, **chosen)
    everybody = {merged.contact_name, *merged.contacts.values_list("name", flat=True)}
    assert everybody == {"Noa Premier", "Alix Second", "Sam Exemple", ""} and merged.contacts.count() == 3
    gone.refresh_from_db()
    assert (gone.contact_name, gone.contact_email, gone.contacts.count()) == ("", "", 0)
    told = " ".join(f"{e.changes}{e.reason}{e.object_label}" for e in JournalEntry.objects.all())
    assert "Alix" not in told and "alix@" not in told


def test_a_main_contact_said_twice_is_there_once(dla, structure, actor):
    gone = StructureFactory(organisation=dla, contact_email="noa@example.org")
    merged = merge(structure, gone, actor)
    assert not merged.contacts.exists() and merged.contact_email == "noa@example.org"
