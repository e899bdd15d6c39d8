"""The list of structures: search, filters, sort, pages, counter, exports, partial."""

import io
import re

import pytest
from django.db import connection
from openpyxl import load_workbook

from core import listing
from core.search import ensure_trigram_index
from structures.annuaire.models import Structure
from tests.factories import DepartementFactory, OrganisationFactory, SecteurFactory, StructureFactory, member, siret_of

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
URL = "/structures/"


@pytest.fixture
def user():
    return member()


@pytest.fixture
def dla(user):
    return user.active_membership.organisation


def names(response) -> list[str]:
    return re.findall(r'<th scope="row" class="title-cell"><a href="[^"]+">([^<]+)</a>', response.content.decode())


@pytest.mark.parametrize(
    "typed",
    [
        "etoile de st etienne",
        "ÉTOILE SAINT-ÉTIENNE",
        "Étoile  saint etienne",
        "esse",
        "chateau renault",
        "etoile & saint",
    ],
)
def test_search_ignores_accents_case_and_saint_or_st(client_for, user, dla, typed):
    StructureFactory(organisation=dla, name="L’Étoile de Saint-Étienne & Cie", sigle="ESSE", commune="Château-Renault")
    StructureFactory(organisation=dla, name="Une autre")
    expected = ["L’Étoile de Saint-Étienne &amp; Cie"]
    assert names(client_for(user).get(URL, {"q": typed})) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("CPIE", ["C.P.I.E. Val de Loire"]),
        ("c.p.i.e.", ["C.P.I.E. Val de Loire"]),
        ("m.j.c.", []),
        ("soren", ["Søren Łódź"]),
        ("lodz", ["Søren Łódź"]),
        ("дом", ["Украинский дом"]),
        ("Мир", []),
        ("???", []),
        ("jour\u200b", ["Nuit et jour à domicile"]),
    ],
)
def test_search_knows_sigles_and_letters_of_any_alphabet(client_for, user, dla, typed, expected):
    for name in ("C.P.I.E. Val de Loire", "Søren Łódź", "Украинский дом", "Nuit et jour à domicile"):
        StructureFactory(organisation=dla, name=name)
    assert names(client_for(user).get(URL, {"q": typed})) == expected


def test_search_finds_a_siret(client_for, user, dla):
    StructureFactory(organisation=dla, name="Celle-ci", siret=siret_of(42))
    StructureFactory(organisation=dla, name="Une autre", siret=siret_of(43))
    assert names(client_for(user).get(URL, {"q": siret_of(42)})) == ["Celle-ci"]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "'; DROP TABLE", "x" * 5000, "🙂"])
def test_a_strange_search_is_only_a_search(client_for, user, dla, typed):
    StructureFactory(organisation=dla, name="Seule")
    assert client_for(user).get(URL, {"q": typed}).status_code == 200


def test_filters_are_in_the_address_and_combine(client_for, user, dla):
    loiret, sport = DepartementFactory(loiret=True), SecteurFactory(sport=True)
    StructureFactory(organisation=dla, name="Oui", departement=loiret, secteur=sport)
    StructureFactory(organisation=dla, name="Autre secteur", departement=loiret, secteur=SecteurFactory(culture=True))
    StructureFactory(organisation=dla, name="Autre lieu", secteur=sport)
    client = client_for(user)
    response = client.get(URL, {"departement": loiret.code, "secteur": sport.code})
    assert names(response) == ["Oui"]
    assert f'<option value="{loiret.code}" selected>' in response.content.decode()


@pytest.mark.parametrize(
    ("taille", "expected"),
    [
        ("sans", ["0"]),
        ("moins-de-3", ["0.5", "2.99"]),
        ("3-a-9", ["3", "9.99"]),
        ("10-a-49", ["10"]),
        ("50-et-plus", ["50"]),
        ("inconnue", ["?"]),
    ],
)
def test_structures_are_found_by_size_each_in_one_range(client_for, user, dla, taille, expected):
    for etp in ("0", "0.5", "2.99", "3", "9.99", "10", "50"):
        StructureFactory(organisation=dla, name=etp, etp=etp)
    StructureFactory(organisation=dla, name="?")
    assert sorted(names(client_for(user).get(URL, {"taille": taille}))) == expected


def test_an_unknown_filter_is_told_and_ignored(client_for, user, dla):
    StructureFactory(organisation=dla, name="Seule")
    response = client_for(user).get(URL, {"departement": "zz", "tri": "x", "page": "abc", "annuaire": "1e400"})
    assert names(response) == ["Seule"]
    assert "n’a pas été compris" in response.content.decode()


def test_the_c2ra_filters_by_directory(client_for, dla):
    StructureFactory(organisation=dla, name="Celle du premier")
    StructureFactory(organisation=OrganisationFactory(region=dla.region), name="Celle du second")
    client = client_for(member(OrganisationFactory(c2ra=True, region=dla.region)))
    assert names(client.get(URL)) == ["Celle du premier", "Celle du second"]
    assert names(client.get(URL, {"annuaire": dla.pk})) == ["Celle du premier"]


def test_sort_is_french_and_empty_values_come_last(client_for, user, dla):
    for name, etp in (("Écluse", 2), ("Atelier", None), ("zèbre", 5), ("Eau", 1)):
        StructureFactory(organisation=dla, name=name, etp=etp)
    client = client_for(user)
    assert names(client.get(URL)) == ["Atelier", "Eau", "Écluse", "zèbre"]
    assert names(client.get(URL, {"tri": "-nom"})) == ["zèbre", "Écluse", "Eau", "Atelier"]
    assert names(client.get(URL, {"tri": "-etp"})) == ["zèbre", "Écluse", "Eau", "Atelier"]
    assert names(client.get(URL, {"tri": "etp"})) == ["Eau", "Écluse", "zèbre", "Atelier"]
    assert 'aria-sort="ascending"' in client.get(URL).content.decode()


def test_pages_hold_25_rows_and_keep_the_filters(client_for, user, dla):
    StructureFactory.create_batch(30, organisation=dla)
    client = client_for(user)
    first = client.get(URL, {"q": "structure"})
    assert len(names(first)) == 25
    assert "30\u00a0structures" in first.content.decode()
    assert "?q=structure&amp;page=2" in first.content.decode()
    assert len(names(client.get(URL, {"q": "structure", "page": 2}))) == 5
    assert len(names(client.get(URL, {"page": 999}))) == 5


def test_the_counter_is_exact_then_says_more_than(client_for, user, dla, monkeypatch):
    monkeypatch.setattr(listing, "CAP", 3)
    StructureFactory.create_batch(3, organisation=dla)
    client = client_for(user)
    assert "3\u00a0structures" in client.get(URL).content.decode()
    StructureFactory(organisation=dla)
    assert "plus de 3\u00a0structures" in client.get(URL).content.decode()


def test_the_list_makes_as_many_queries_for_30_rows_as_for_one(client_for, user, dla, count_queries):
    StructureFactory(organisation=dla)
    client = client_for(user)
    client.get(URL)
    one = count_queries(lambda: client.get(URL))
    StructureFactory.create_batch(24, organisation=dla, departement=DepartementFactory(loiret=True))
    assert count_queries(lambda: client.get(URL)) == one
    bare = count_queries(lambda: client.get("/structures/nouvelle/"))
    assert one - bare <= 5


def test_htmx_gets_the_same_part_as_the_full_page(client_for, user, dla):
    StructureFactory.create_batch(3, organisation=dla)
    client = client_for(user)
    full = client.get(URL, {"q": "structure"}).content.decode()
    partial = client.get(URL, {"q": "structure", "secteur": ""}, headers={"HX-Request": "true"})
    # The filter bar posts empty choices too: the address drops them, the links of the table keep what is asked.
    text = partial.content.decode().replace("&amp;secteur=", "")
    assert text.strip() in full
    assert "<html" not in text
    assert partial["HX-Push-Url"] == "/structures/?q=structure"
    assert "HX-Request" in partial["Vary"]


def test_an_empty_directory_says_what_it_is_for(client_for, user, dla):
    client = client_for(user)
    assert "Inscrire la première structure" in client.get(URL).content.decode()
    assert "ne répond à ces critères" in client.get(URL, {"q": "rien"}).content.decode()


def test_exports_follow_the_filters_and_hold_no_formula(client_for, user, dla):
    StructureFactory(organisation=dla, name='=HYPERLINK("http://mal.example")', budget="1234.50", commune="@SUM(A1)")
    StructureFactory(organisation=dla, name="Filtrée", departement=DepartementFactory(loiret=True))
    client = client_for(user)
    response = client.get(URL, {"departement": "37", "export": "csv"})
    text = response.content.decode("utf-8-sig")
    assert "attachment" in response["Content-Disposition"]
    assert "'=HYPERLINK" in text and "'@SUM" in text and "1234,50" in text
    assert "Filtrée" not in text
    sheet = load_workbook(io.BytesIO(client.get(URL, {"export": "xlsx"}).content)).active
    cells = {cell.value for row in sheet.iter_rows() for cell in row}
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert 1234.5 in cells


def test_an_unknown_format_of_export_is_refused(client_for, user):
    assert client_for(user).get(URL, {"export": "exe"}).status_code == 422


def test_exports_leave_contacts_out(client_for, user, dla):
    StructureFactory(organisation=dla, contact_email="quelqu.un@example.org")
    assert b"quelqu.un" not in client_for(user).get(URL, {"export": "csv"}).content


def test_the_trigram_index_is_there_on_postgresql_and_the_search_can_use_it():
    there = ensure_trigram_index(Structure)
    if connection.vendor != "postgresql":
        assert not there
        return
    assert there
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN " + str(Structure.objects.filter(search_text__contains="xyz").query).replace("%xyz%", "'%xyz%'")
        )
        plan = " ".join(row[0] for row in cursor.fetchall())
    assert "search_text_trgm" in plan
