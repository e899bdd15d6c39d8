"""A SIRET fills the sheet from the public directory: proposed, never saved, never over what was typed."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from core.models import JournalEntry
from referentiels.models import Departement, FormeJuridique, Secteur
from structures.annuaire.models import Structure
from tests.factories import OrganisationFactory, StructureFactory, member, siret_of
from tests.small_directory import small_directory

pytestmark = pytest.mark.django_db
SIRET = siret_of(11)
NEW = "structures:nouvelle"


@pytest.fixture
def directory(settings):
    with small_directory() as made:
        settings.ENTREPRISES_URL = made.address
        made.knows(SIRET)
        yield made


@pytest.fixture
def client(client_for, referentiels):
    return client_for(member(OrganisationFactory(name="DLA Touraine")))


def value(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    return (re.search(r'value="([^"]*)"', found[0]) or ["", ""])[1]


def chosen(page: str, name: str) -> str:
    select = page.partition(f'name="{name}"')[2].partition("</select>")[0]
    return (re.search(r'value="(\d+)"[^>]* selected', select) or ["", ""])[1]


def test_without_the_setting_nothing_of_it_shows(client, settings):
    assert settings.ENTREPRISES_URL == ""
    page = client.get(reverse(NEW)).content.decode()
    assert "annuaire des entreprises" not in page
    assert client.post(reverse(NEW), {"annuaire": "remplir", "siret": SIRET}).status_code == 422


def test_an_empty_sheet_is_filled_and_not_saved(client, directory):
    assert "Remplir depuis l’annuaire des entreprises" in client.get(reverse(NEW)).content.decode()
    answer = client.post(reverse(NEW), {"annuaire": "remplir", "siret": SIRET, "notes": "Vue en mai"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert (value(page, "name"), value(page, "ape"), value(page, "commune")) == ("LES AMIS DU PONT", "9499Z", "TOURS")
    assert (value(page, "annee_creation"), value(page, "rna")) == ("1998", "W372001234")
    assert chosen(page, "departement") == str(Departement.objects.get(code="37").pk)
    assert chosen(page, "forme_juridique") == str(FormeJuridique.objects.get(code="association-1901").pk)
    assert "Vue en mai" in page
    assert "is-invalid" not in page
    assert not Structure.objects.exists()
    assert not JournalEntry.objects.exists()


def test_what_was_typed_stays_and_what_differs_is_shown_until_it_is_ticked(client, directory):
    typed = {"siret": SIRET, "name": "Amis du Pont", "commune": "Tours", "annee_creation": "1999"}
    page = client.post(reverse(NEW), {**typed, "annuaire": "remplir"}).content.decode()
    assert value(page, "name") == "Amis du Pont"
    assert "LES AMIS DU PONT" in page
    assert 'id="prendre-commune"' not in page  # only its capitals differ
    page = client.post(reverse(NEW), {**typed, "annuaire": "prendre", "prendre": "name"}).content.decode()
    assert (value(page, "name"), value(page, "annee_creation")) == ("LES AMIS DU PONT", "1999")
    assert 'id="prendre-annee_creation"' in page


def test_what_is_chosen_in_a_list_is_compared_by_its_words(client, directory):
    same, other = (Departement.objects.get(code=code) for code in ("37", "45"))
    typed = {"siret": SIRET, "name": "LES AMIS DU PONT", "annuaire": "remplir"}
    page = client.post(reverse(NEW), {**typed, "departement": same.pk}).content.decode()
    assert 'id="prendre-departement"' not in page
    page = client.post(reverse(NEW), {**typed, "departement": other.pk}).content.decode()
    assert "(vous avez : Loiret (45))" in page.replace("\xa0", " ")
    assert chosen(page, "departement") == str(other.pk)
    page = client.post(
        reverse(NEW), {**typed, "departement": other.pk, "annuaire": "prendre", "prendre": "departement"}
    ).content.decode()
    assert chosen(page, "departement") == str(same.pk)


def test_a_sheet_that_exists_is_filled_the_same_way_then_saved_by_its_own_button(client_for, directory):
    organisation = OrganisationFactory()
    client = client_for(member(organisation))
    sheet = StructureFactory(organisation=organisation, name="Amis du Pont", siret=SIRET)
    url = reverse("structures:modifier", args=[sheet.pk])
    posted = {
        "siret": SIRET, "name": sheet.name, "nature": "structure", "version": str(sheet.version),
        "departement": str(sheet.departement_id), "secteur": str(Secteur.objects.first().pk),
    }  # fmt: skip
    page = client.post(url, {**posted, "annuaire": "remplir"}).content.decode()
    assert value(page, "ape") == "9499Z"
    sheet.refresh_from_db()
    assert sheet.ape == ""
    assert client.post(url, {**posted, "ape": "94.99Z"}).status_code == 302
    sheet.refresh_from_db()
    assert sheet.ape == "9499Z"


@pytest.mark.parametrize(
    ("siret", "said"),
    [
        ("", "Saisissez d’abord le SIRET"),
        ("123", "14 chiffres"),
        (siret_of(12), "ne connaît pas ce SIRET"),
    ],
)
def test_what_cannot_be_filled_says_why_and_loses_nothing(client, directory, siret, said):
    page = client.post(reverse(NEW), {"annuaire": "remplir", "siret": siret, "name": "Amis"}).content.decode()
    assert said in page.replace("\xa0", " ")
    assert value(page, "name") == "Amis"


def test_a_silent_directory_blocks_nothing(client, settings):
    settings.ENTREPRISES_URL = "http://127.0.0.1:1"
    page = client.post(reverse(NEW), {"annuaire": "remplir", "siret": SIRET, "name": "Amis"}).content.decode()
    assert "ne répond pas" in page
    assert value(page, "name") == "Amis"


def test_what_the_directory_says_is_not_markup(client, directory):
    directory.knows(SIRET, nom_raison_sociale="<script>x</script>", sigle='"><b>')
    page = client.post(reverse(NEW), {"annuaire": "remplir", "siret": SIRET, "name": "Amis"}).content.decode()
    assert "<script>x" not in page
    assert "<b>" not in page
