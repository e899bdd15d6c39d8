"""The « Structures » tab: picked in the directory, followed from repérée to confirmée."""

import io
import re

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from core.errors import InvalidInput
from core.models import JournalEntry
from projects.enums import EtatMobilisation
from projects.structures_ciblees import services
from projects.structures_ciblees.models import StructureCiblee
from structures.annuaire.models import Structure
from tests.factories import (
    DepartementFactory,
    OrganisationFactory,
    StructureFactory,
    ingenierie_of,
    member,
    member_actor,
    siret_of,
)
from tests.projects.structures_ciblees.targeting import click, sheet, target

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return member()


@pytest.fixture
def dla(user):
    return user.active_membership.organisation


@pytest.fixture
def ingenierie(dla):
    return ingenierie_of(dla)


@pytest.fixture
def url(ingenierie):
    return reverse("projects:structures", args=[ingenierie.pk])


@pytest.fixture
def add_url(ingenierie):
    return reverse("projects:structures_add", args=[ingenierie.pk])


def names(response) -> list[str]:
    return re.findall(r'<th scope="row" class="title-cell"><a href="[^"]+">([^<]+)</a>', response.content.decode())


# --- Reading --------------------------------------------------------------------------------------------------------


def test_the_pipeline_is_read_at_a_glance(client_for, user, ingenierie, url):
    for state, count in (("reperee", 2), ("interessee", 1), ("confirmee", 3), ("declinee", 1), ("retiree", 1)):
        for _ in range(count):
            target(ingenierie, EtatMobilisation(state))
    page = client_for(user).get(url).content.decode()
    assert "<strong>3\u00a0structures confirmées sur 8\u00a0repérées</strong>" in page
    assert '<span class="pipeline-count">2</span> repérées' in page
    assert "1 déclinée" in page and "1 retirée" in page


def test_the_table_is_filtered_by_state_departement_and_name_and_sorted(client_for, user, ingenierie, url):
    target(ingenierie, name="Écluse", etp=2)
    target(ingenierie, EtatMobilisation.CONFIRMEE, name="Atelier", etp=5)
    target(ingenierie, name="Zinc", departement=DepartementFactory(loiret=True))
    client = client_for(user)
    assert names(client.get(url)) == ["Atelier", "Écluse", "Zinc"]
    assert names(client.get(url, {"etat": "confirmee"})) == ["Atelier"]
    assert names(client.get(url, {"departement": "45"})) == ["Zinc"]
    assert names(client.get(url, {"q": "ecluse"})) == ["Écluse"]
    assert names(client.get(url, {"tri": "-etp"})) == ["Atelier", "Écluse", "Zinc"]
    assert names(client.get(url, {"tri": "-etat"})) == ["Atelier", "Écluse", "Zinc"]
    assert names(client.get(url, {"etat": "x", "departement": "x", "tri": "x"})) == ["Atelier", "Écluse", "Zinc"]
    assert names(client.get(url, {"q": "absente"})) == []


def test_the_tab_makes_as_many_queries_for_30_rows_as_for_one(client_for, user, ingenierie, url, count_queries):
    target(ingenierie)
    client = client_for(user)
    client.get(url)
    one = count_queries(lambda: client.get(url))
    for _ in range(29):
        target(ingenierie, departement=DepartementFactory(loiret=True))
    assert count_queries(lambda: client.get(url)) == one
    bare = count_queries(lambda: client.get(reverse("projects:structures_new", args=[ingenierie.pk])))
    assert one - bare <= 5


def test_htmx_gets_the_same_part_as_the_full_page(client_for, user, ingenierie, url):
    target(ingenierie)
    client = client_for(user)
    token = re.compile(r'name="(csrfmiddlewaretoken|saisie)" value="[^"]+"')
    full = token.sub("", client.get(url).content.decode())
    partial = token.sub("", client.get(url, headers={"HX-Request": "true"}).content.decode())
    assert partial.strip() in full and "<html" not in partial


def test_the_export_follows_the_filters(client_for, user, ingenierie, url):
    target(ingenierie, name="=Formule", etp="1.5")
    target(ingenierie, EtatMobilisation.CONFIRMEE, name="Autre")
    client = client_for(user)
    text = client.get(url, {"export": "csv", "etat": "reperee"}).content.decode("utf-8-sig")
    assert "'=Formule" in text and "1,50" in text and "Autre" not in text
    sheet = load_workbook(io.BytesIO(client.get(url, {"export": "xlsx"}).content)).active
    assert sheet.max_row == 4  # heads, two structures, their totals


def test_an_empty_tab_says_what_it_is_for(client_for, user, url, add_url):
    page = client_for(user).get(url).content.decode()
    assert "Aucune structure n’est encore repérée" in page and add_url in page


# --- Adding ---------------------------------------------------------------------------------------------------------


def test_several_structures_are_added_at_once_with_where_they_come_from(client_for, user, dla, ingenierie, add_url):
    chosen = StructureFactory.create_batch(3, organisation=dla)
    response = client_for(user).post(add_url, {"structure": [s.pk for s in chosen], "origine": "Diagnostics 2026"})
    assert response.status_code == 302
    rows = list(ingenierie.structures_ciblees.all())
    assert {r.structure for r in rows} == set(chosen)
    assert {(r.state, r.origine) for r in rows} == {("reperee", "Diagnostics 2026")}
    entries = JournalEntry.objects.filter(verb="projects.structure_ajoutee", scope_id=ingenierie.pk)
    assert entries.count() == 3


def test_the_picker_searches_the_own_directory_and_leaves_out_those_already_in(
    client_for, user, dla, ingenierie, add_url
):
    target(ingenierie, name="Déjà là")
    StructureFactory(organisation=dla, name="Saint-Avertin nature")
    StructureFactory(organisation=dla, name="Retirée", is_active=False)
    StructureFactory(name="D’un autre DLA")
    client = client_for(user)
    page = client.get(add_url).content.decode()
    assert "Saint-Avertin nature" in page
    for absent in ("Déjà là", "Retirée", "D’un autre DLA"):
        assert absent not in page
    assert "Saint-Avertin nature" in client.get(add_url, {"q": "st avertin"}).content.decode()
    assert "Saint-Avertin nature" not in client.get(add_url, {"departement": "45"}).content.decode()


def test_what_was_checked_stays_checked_while_one_searches(client_for, user, dla, add_url):
    kept = StructureFactory(organisation=dla, name="Gardée")
    other = StructureFactory(name="D’un autre DLA")
    response = client_for(user).get(
        add_url, {"q": "rien", "structure": [kept.pk, other.pk, "x"]}, headers={"HX-Request": "true"}
    )
    text = response.content.decode()
    assert f'value="{kept.pk}" id="s{kept.pk}" checked' in text
    assert "D’un autre DLA" not in text


def test_a_structure_of_another_dla_cannot_be_posted_and_nothing_is_added(client_for, user, dla, ingenierie, add_url):
    own, other = StructureFactory(organisation=dla), StructureFactory()
    response = client_for(user).post(add_url, {"structure": [own.pk, other.pk]})
    assert response.status_code == 422
    assert "pas dans votre annuaire" in response.content.decode()
    assert other.name not in response.content.decode()
    assert not ingenierie.structures_ciblees.exists()


@pytest.mark.parametrize("posted", [[], ["x"], ["-1"], ["999999999"], ["9" * 40], [""], ["1\x00"]])
def test_a_strange_choice_is_refused_and_nothing_is_added(client_for, user, ingenierie, add_url, posted):
    response = client_for(user).post(add_url, {"structure": posted})
    assert response.status_code == 422
    assert not ingenierie.structures_ciblees.exists()


def test_what_is_checked_stays_checked_while_one_turns_the_pages(client_for, user, dla, ingenierie, add_url):
    structures = StructureFactory.create_batch(30, organisation=dla)
    client = client_for(user)
    first = client.get(add_url).context["rows"]
    assert len(first) == 25
    chosen = [row["pk"] for row in first]

    second = client.get(add_url, {"page": 2, "structure": chosen}, headers={"HX-Request": "true"})
    page = second.content.decode()
    assert {row["pk"] for row in second.context["rows"]} == {s.pk for s in structures} - set(chosen)
    assert page.count(" checked") == 25

    back = client.get(add_url, {"page": 1, "structure": chosen}, headers={"HX-Request": "true"}).content.decode()
    assert back.count(" checked") == back.count('name="structure"') == 25


def test_a_double_click_adds_once(client_for, user, dla, ingenierie, add_url):
    structure = StructureFactory(organisation=dla)
    client = client_for(user)
    for _ in range(2):
        assert client.post(add_url, {"structure": structure.pk}).status_code == 302
    assert ingenierie.structures_ciblees.count() == 1


def test_members_of_an_associated_dla_pick_in_their_own_directory_only(client_for, dla):
    neighbour = member()
    theirs = neighbour.active_membership.organisation
    ingenierie = ingenierie_of(dla, associes=[theirs])
    mine, other = StructureFactory(organisation=theirs), StructureFactory(organisation=dla)
    client = client_for(neighbour)
    url = reverse("projects:structures_add", args=[ingenierie.pk])
    assert client.post(url, {"structure": mine.pk}).status_code == 302
    assert client.post(url, {"structure": other.pk}).status_code == 422


def test_a_c2ra_that_pilots_picks_in_the_directories_of_the_associated_dlas():
    c2ra, associated, stranger = OrganisationFactory(c2ra=True), OrganisationFactory(), OrganisationFactory()
    ingenierie = ingenierie_of(c2ra, associes=[associated])
    actor = member_actor(c2ra)
    possible = StructureFactory(organisation=associated)
    not_possible = StructureFactory(organisation=stranger)
    assert set(services.pickable(ingenierie, actor)) == {possible}
    with pytest.raises(InvalidInput):
        services.add_structures(ingenierie, [not_possible.pk], actor=actor)


def test_a_new_structure_is_inscribed_and_targeted_in_one_form(client_for, user, dla, ingenierie):
    url = reverse("projects:structures_new", args=[ingenierie.pk])
    response = client_for(user).post(
        url, sheet(siret=siret_of(9), etp="3,5", budget="120 000", origine="Demande de la structure")
    )
    assert response.status_code == 302
    ciblee = ingenierie.structures_ciblees.get()
    assert ciblee.origine == "Demande de la structure"
    assert (ciblee.structure.organisation, ciblee.structure.siret) == (dla, siret_of(9))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": ""}, "obligatoire"),
        ({"siret": "12345678901234"}, "clé de contrôle"),
        ({"budget": "-5"}, "supérieure ou égale à 0"),
        ({"budget": "1,234"}, "après la virgule"),
        ({"origine": "x" * 201}, "trop long"),
    ],
)
def test_a_wrong_sheet_writes_neither_structure_nor_target(client_for, user, ingenierie, values, words):
    response = client_for(user).post(reverse("projects:structures_new", args=[ingenierie.pk]), sheet(**values))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Structure.objects.exists() and not ingenierie.structures_ciblees.exists()


def test_a_number_already_in_the_directory_leads_to_the_picker(client_for, user, dla, ingenierie, add_url):
    StructureFactory(organisation=dla, name="La même", siret=siret_of(4))
    response = client_for(user).post(reverse("projects:structures_new", args=[ingenierie.pk]), sheet(siret=siret_of(4)))
    assert response.status_code == 422
    assert f'href="{add_url}?q=La+m%C3%AAme"' in response.content.decode()


def test_a_close_name_offers_to_target_the_existing_one(client_for, user, dla, ingenierie, add_url):
    existing = StructureFactory(organisation=dla, name="La Nouvelle Venue")
    url = reverse("projects:structures_new", args=[ingenierie.pk])
    client = client_for(user)
    response = client.post(url, sheet())
    page = response.content.decode()
    assert response.status_code == 422
    assert f'formaction="{add_url}" name="structure" value="{existing.pk}"' in page
    assert client.post(url, sheet(confirme="on")).status_code == 302
    assert ingenierie.structures_ciblees.get().structure != existing


# --- Changing -------------------------------------------------------------------------------------------------------


def test_a_click_changes_the_state_and_the_journal_of_the_ingenierie_tells(client_for, user, ingenierie, url):
    ciblee = target(ingenierie)
    response = client_for(user).post(url + "?departement=37", click(ciblee, "contacter"))
    assert response.status_code == 302 and response["Location"].endswith("?departement=37")
    ciblee = StructureCiblee.objects.get(pk=ciblee.pk)
    assert ciblee.state == "contactee"
    entry = JournalEntry.objects.get(verb="projects.structure_ciblee.contacter")
    assert (entry.scope_id, entry.changes["state"]) == (ingenierie.pk, ["reperee", "contactee"])


def test_by_htmx_the_table_and_the_counts_come_back(client_for, user, ingenierie, url):
    ciblee = target(ingenierie, EtatMobilisation.INTERESSEE)
    response = client_for(user).post(url, click(ciblee, "confirmer"), headers={"HX-Request": "true"})
    text = response.content.decode()
    assert response.status_code == 200 and "<html" not in text
    assert "1\u00a0structure confirmée sur 1\u00a0repérée" in text


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_stale_click_is_refused_and_told(client_for, user, ingenierie, url, headers):
    ciblee = target(ingenierie)
    client = client_for(user)
    assert client.post(url, click(ciblee, "contacter")).status_code == 302
    response = client.post(url, click(ciblee, "contacter"), headers=headers)
    assert response.status_code == 409
    assert "n’était plus à jour" in response.content.decode()
    assert "a contacté la structure" in response.content.decode()
    assert StructureCiblee.objects.get(pk=ciblee.pk).version == ciblee.version + 1


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"action": "inconnue"}, 422),
        ({"action": "confirmer"}, 409),
        ({"expected_state": "x"}, 409),
        ({"version": "x"}, 409),
        ({"version": "9" * 40}, 409),
        ({"action": "retirer", "reason": " "}, 422),
        ({"action": "retirer", "reason": "x" * 2001}, 422),
    ],
)
def test_a_strange_click_changes_nothing(client_for, user, ingenierie, url, changes, status):
    ciblee = target(ingenierie)
    response = client_for(user).post(url, {**click(ciblee, "contacter"), **changes})
    assert response.status_code == status
    assert StructureCiblee.objects.get(pk=ciblee.pk).state == "reperee"


def test_withdrawing_needs_a_reason_which_is_kept_when_refused(client_for, user, ingenierie):
    ciblee = target(ingenierie, EtatMobilisation.CONFIRMEE)
    page_url = reverse("projects:structure", args=[ingenierie.pk, ciblee.pk])
    client = client_for(user)
    response = client.post(page_url, click(ciblee, "retirer", reason="Plus de place", version=1))
    assert response.status_code == 409
    assert "Plus de place" in response.content.decode()
    response = client.post(page_url, click(ciblee, "retirer", reason="Plus de place"))
    assert response.status_code == 302
    assert "Plus de place" in client.get(page_url).content.decode()
    assert JournalEntry.objects.get(verb="projects.structure_ciblee.retirer").reason == "Plus de place"


def test_every_state_offers_the_actions_of_the_lifecycle(client_for, user, ingenierie):
    client = client_for(user)
    for state in EtatMobilisation:
        ciblee = target(ingenierie, state)
        page = client.get(reverse("projects:structure", args=[ingenierie.pk, ciblee.pk])).content.decode()
        offered = set(re.findall(r'name="action" value="([^"]+)"', page))
        assert offered == {a.name for a in StructureCiblee.lifecycle.actions if state in a.sources}


def test_a_note_is_kept_and_two_people_lose_nothing(client_for, user, dla, ingenierie):
    ciblee = target(ingenierie)
    url = reverse("projects:structure_edit", args=[ingenierie.pk, ciblee.pk])
    data = {"origine": "", "note": "Besoin de trésorerie", "version": ciblee.version}
    assert client_for(user).post(url, data).status_code == 302
    response = client_for(member(dla)).post(url, {**data, "note": "Autre note"})
    assert response.status_code == 409
    assert "Autre note" in response.content.decode() and "Besoin de trésorerie" in response.content.decode()
    ciblee = StructureCiblee.objects.get(pk=ciblee.pk)
    assert ciblee.note == "Besoin de trésorerie"


def test_one_added_by_mistake_is_removed_and_one_contacted_is_not(client_for, user, ingenierie):
    mistake, contacted = target(ingenierie), target(ingenierie, EtatMobilisation.CONTACTEE)
    client = client_for(user)
    assert client.post(reverse("projects:structure_remove", args=[ingenierie.pk, mistake.pk])).status_code == 302
    response = client.post(reverse("projects:structure_remove", args=[ingenierie.pk, contacted.pk]))
    assert response.status_code == 422
    assert "elle se retire, avec un motif" in response.content.decode()
    assert list(ingenierie.structures_ciblees.all()) == [contacted]
    assert Structure.objects.filter(pk=mistake.structure_id).exists()
    assert JournalEntry.objects.filter(verb="projects.structure_supprimee", scope_id=ingenierie.pk).exists()
    assert client.get(reverse("projects:structure_remove", args=[ingenierie.pk, contacted.pk])).status_code == 405
