"""The directory of structures: numbers, duplicates, sheet, conflicts, rights."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.annuaires.annuaire import AlreadyInscribed
from accounts.enums import Role
from core.errors import EditConflict, InvalidInput, NotAllowed
from core.identifiers import clean_rna, clean_siret, format_siret
from core.models import JournalEntry
from structures.annuaire.annuaire import STRUCTURES
from structures.annuaire.models import Structure
from tests.factories import (
    BrancheFactory,
    DepartementFactory,
    OrganisationFactory,
    RegionFactory,
    SecteurFactory,
    StructureFactory,
    actor_of,
    member,
    member_actor,
    siret_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet():
    """What the form posts for a new structure."""
    return {
        "name": "Les Ateliers du Cher",
        "nature": "structure",
        "departement": DepartementFactory(indre_et_loire=True).pk,
        "secteur": SecteurFactory(sport=True).pk,
    }


def posted(structure: Structure, **changes):
    return {
        "name": structure.name,
        "nature": structure.nature,
        "departement": structure.departement_id,
        "secteur": structure.secteur_id,
        "version": structure.version,
        **changes,
    }


# --- Numbers --------------------------------------------------------------------------------------------------------


def test_a_siret_is_kept_as_digits_however_it_was_typed():
    siret = siret_of(12_345_678)
    assert clean_siret(format_siret(siret)) == siret
    assert clean_siret(" ") == ""


@pytest.mark.parametrize(
    ("typed", "words"),
    [("123", "14 chiffres ; celui-ci en a 3"), ("12345678901234", "clé de contrôle"), ("1234567890123A", "chiffres")],
)
def test_a_wrong_siret_says_what_is_wrong(typed, words):
    with pytest.raises(ValidationError, match=words):
        clean_siret(typed)


def test_an_rna_number_is_a_w_and_nine_characters():
    assert clean_rna("w37 200 1234") == "W372001234"
    assert clean_rna("W2A1001234") == "W2A1001234"
    for wrong in ("372001234", "W37200123", "W3720012345", "WABCDEFGHI"):
        with pytest.raises(ValidationError, match="9 caractères"):
            clean_rna(wrong)


def test_two_structures_without_number_live_in_the_same_directory():
    dla = OrganisationFactory()
    StructureFactory(organisation=dla)
    StructureFactory(organisation=dla)
    assert dla.structures.filter(siret="", rna="").count() == 2


@pytest.mark.sqlite
@pytest.mark.parametrize("field", ["siret", "rna"])
def test_the_database_refuses_a_number_twice_in_a_directory_and_accepts_it_in_another(field):
    value = {"siret": siret_of(1), "rna": "W372001234"}[field]
    first = StructureFactory(**{field: value})
    with pytest.raises(IntegrityError), transaction.atomic():
        StructureFactory(organisation=first.organisation, **{field: value})
    StructureFactory(**{field: value})


@pytest.mark.sqlite
@pytest.mark.parametrize("field", ["etp", "budget"])
def test_the_database_refuses_a_negative_amount(field):
    with pytest.raises(IntegrityError), transaction.atomic():
        StructureFactory(**{field: Decimal("-0.01")})


@pytest.mark.sqlite
def test_the_database_refuses_a_structure_without_name():
    with pytest.raises(IntegrityError), transaction.atomic():
        StructureFactory(name="")


# --- Inscribing -----------------------------------------------------------------------------------------------------


def test_a_member_inscribes_a_structure_in_the_directory_of_the_dla(client_for, sheet):
    user = member()
    response = client_for(user).post(
        reverse("structures:nouvelle"),
        {**sheet, "siret": format_siret(siret_of(7)), "budget": "45 000,50", "etp": "4,5"},
    )
    structure = Structure.objects.get()
    assert response.status_code == 302
    assert structure.organisation == user.active_membership.organisation
    assert (structure.siret, structure.budget, structure.etp) == (siret_of(7), Decimal("45000.50"), Decimal("4.5"))
    entry = JournalEntry.objects.get(verb="structures.create")
    assert entry.changes["budget"] == [None, "45000.50"]


def test_the_contact_of_a_structure_does_not_enter_the_journal(client_for, sheet):
    client_for(member()).post(reverse("structures:nouvelle"), {**sheet, "contact_name": "Personne à joindre"})
    entry = JournalEntry.objects.get(verb="structures.create")
    assert entry.changes["contact_name"] is None
    assert "Personne" not in str(entry.changes)


def test_the_same_siret_in_the_same_directory_is_refused_with_a_link_to_the_structure(client_for, sheet):
    user = member()
    existing = StructureFactory(organisation=user.active_membership.organisation, siret=siret_of(3))
    response = client_for(user).post(reverse("structures:nouvelle"), {**sheet, "siret": siret_of(3)})
    assert response.status_code == 422
    assert f'<a href="{reverse("structures:detail", args=[existing.pk])}">' in response.content.decode()
    assert Structure.objects.count() == 1


def test_the_service_refuses_the_same_rna_too():
    actor = member_actor()
    existing = StructureFactory(organisation=actor.organisation, rna="W372001234")
    with pytest.raises(AlreadyInscribed) as refusal:
        STRUCTURES.create(
            {"name": "Autre", "departement": existing.departement, "secteur": existing.secteur, "rna": "w372001234"},
            actor=actor,
        )
    assert refusal.value.existing == existing


def test_a_close_name_in_the_same_departement_asks_before_inscribing(client_for, sheet):
    user = member()
    existing = StructureFactory(
        organisation=user.active_membership.organisation, name="Association Les Ateliers du Cher"
    )
    client = client_for(user)
    response = client.post(reverse("structures:nouvelle"), sheet)
    page = response.content.decode()
    assert response.status_code == 422
    assert "peut-être déjà inscrite" in page
    assert reverse("structures:detail", args=[existing.pk]) in page
    assert 'value="Les Ateliers du Cher"' in page, "ce qui était saisi est gardé"
    assert Structure.objects.count() == 1
    assert client.post(reverse("structures:nouvelle"), {**sheet, "confirme": "on"}).status_code == 302
    assert Structure.objects.count() == 2


def test_a_close_name_in_another_departement_or_directory_says_nothing(client_for, sheet):
    user = member()
    StructureFactory(
        organisation=user.active_membership.organisation,
        name="Les Ateliers du Cher",
        departement=DepartementFactory(loiret=True),
    )
    StructureFactory(name="Les Ateliers du Cher")
    assert client_for(user).post(reverse("structures:nouvelle"), sheet).status_code == 302


def test_a_double_click_inscribes_once(client_for, sheet):
    client = client_for(member())
    client.post(reverse("structures:nouvelle"), sheet)
    assert client.post(reverse("structures:nouvelle"), sheet).status_code == 422
    assert Structure.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "obligatoire"),
        ("name", "x" * 201, "trop long"),
        ("name", "avec\x00nul", "caractère"),
        ("siret", "12345678901234", "clé de contrôle"),
        ("rna", "37", "9 caractères"),
        ("budget", "-1", "supérieure ou égale à 0"),
        ("budget", "12,345", "après la virgule"),
        ("budget", "beaucoup", "nombre"),
        ("budget", "NaN", "nombre"),
        ("etp", "-0,5", "supérieure ou égale à 0"),
        ("salaries", "-1", "supérieure ou égale à 0"),
        ("salaries", "99999999999999999999", "inférieure ou égale"),
        ("annee_creation", "2999", "à venir"),
        ("departement", "999999", "pas dans la liste"),
        ("departement", "<script>", "pas dans la liste"),
        ("nature", "inconnue", "choix valide"),
        ("contact_email", "pas une adresse", "valide"),
        ("notes", "x" * 5001, "trop long"),
    ],
)
def test_wrong_input_gets_a_message_and_writes_nothing(client_for, sheet, field, value, words):
    response = client_for(member()).post(reverse("structures:nouvelle"), {**sheet, field: value})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Structure.objects.exists()
    assert not JournalEntry.objects.filter(object_type="structures.structure").exists()


def test_ten_megabytes_of_text_are_refused(client_for, sheet):
    response = client_for(member()).post(reverse("structures:nouvelle"), {**sheet, "notes": "x" * 10_000_000})
    assert response.status_code == 413
    assert not Structure.objects.exists()


def test_html_in_a_name_is_shown_as_text(client_for, sheet):
    client = client_for(member())
    name = '<img src=x onerror="alert(1)">'
    client.post(reverse("structures:nouvelle"), {**sheet, "name": name})
    structure = Structure.objects.get()
    for url in (
        reverse("structures:detail", args=[structure.pk]),
        reverse("structures:liste"),
        reverse("structures:journal", args=[structure.pk]),
        reverse("structures:modifier", args=[structure.pk]),
    ):
        page = client.get(url).content.decode()
        assert "<img src=x" not in page
        assert "&lt;img" in page


def test_a_branch_of_another_sector_is_refused(client_for, sheet):
    branche = BrancheFactory(secteur=SecteurFactory(culture=True))
    response = client_for(member()).post(reverse("structures:nouvelle"), {**sheet, "branche": branche.pk})
    assert response.status_code == 422
    assert "n’est pas du secteur" in response.content.decode()


def test_the_service_checks_even_without_form():
    actor = member_actor()
    base = {"departement": DepartementFactory(indre_et_loire=True), "secteur": SecteurFactory(sport=True)}
    for wrong in ({"name": ""}, {"name": "A", "budget": Decimal("-1")}, {"name": "A", "siret": "123"}, {"pk": 4}):
        with pytest.raises(InvalidInput):
            STRUCTURES.create({**base, **wrong}, actor=actor)
    assert not Structure.objects.exists()


# --- Editing --------------------------------------------------------------------------------------------------------


def test_the_sheet_is_changed_and_the_journal_tells_before_and_after(client_for):
    user = member()
    structure = StructureFactory(organisation=user.active_membership.organisation, commune="Tours")
    client = client_for(user)
    response = client.post(
        reverse("structures:modifier", args=[structure.pk]), posted(structure, commune="Saint-Avertin")
    )
    assert response.status_code == 302
    structure.refresh_from_db()
    assert (structure.commune, structure.version) == ("Saint-Avertin", 2)
    assert "st avertin" in structure.search_text
    page = client.get(reverse("structures:journal", args=[structure.pk])).content.decode()
    assert "<del>Tours</del>" in page and "<ins>Saint-Avertin</ins>" in page


def test_two_people_editing_lose_nothing(client_for):
    dla = OrganisationFactory()
    structure = StructureFactory(organisation=dla)
    url = reverse("structures:modifier", args=[structure.pk])
    first, second = client_for(member(dla)), client_for(member(dla))
    first.post(url, posted(structure, name="Le nom de la première"))
    response = second.post(url, posted(structure, notes="Les notes de la seconde"))
    page = response.content.decode()
    assert response.status_code == 409
    assert "Les notes de la seconde" in page and "Le nom de la première" in page
    structure.refresh_from_db()
    assert structure.notes == "" and structure.name == "Le nom de la première"


def test_a_form_without_its_version_is_refused(client_for):
    user = member()
    structure = StructureFactory(organisation=user.active_membership.organisation)
    data = posted(structure, name="Autre")
    del data["version"]
    assert client_for(user).post(reverse("structures:modifier", args=[structure.pk]), data).status_code == 422


def test_the_number_of_a_neighbour_sheet_is_refused_on_edit(client_for):
    user = member()
    dla = user.active_membership.organisation
    existing = StructureFactory(organisation=dla, siret=siret_of(5))
    structure = StructureFactory(organisation=dla)
    response = client_for(user).post(
        reverse("structures:modifier", args=[structure.pk]), posted(structure, siret=siret_of(5))
    )
    assert response.status_code == 422
    assert reverse("structures:detail", args=[existing.pk]) in response.content.decode()
    # The same number on its own sheet is no duplicate.
    again = client_for(user).post(
        reverse("structures:modifier", args=[existing.pk]), posted(existing, siret=siret_of(5), name="Nouveau nom")
    )
    assert again.status_code == 302


def test_a_structure_leaves_the_active_directory_with_a_reason_and_comes_back(client_for):
    user = member()
    structure = StructureFactory(organisation=user.active_membership.organisation)
    client = client_for(user)
    url = reverse("structures:retirer", args=[structure.pk])
    assert client.post(url, {"version": 1, "reason": " "}).status_code == 422
    assert client.post(url, {"version": 1, "reason": "Dissoute"}).status_code == 302
    structure.refresh_from_db()
    assert not structure.is_active
    assert structure.name not in client.get(reverse("structures:liste")).content.decode()
    assert structure.name in client.get(reverse("structures:liste") + "?etat=retirees").content.decode()
    assert client.post(reverse("structures:reprendre", args=[structure.pk])).status_code == 302
    structure.refresh_from_db()
    assert structure.is_active
    assert JournalEntry.objects.get(verb="structures.archive").reason == "Dissoute"


def test_a_stale_archive_is_refused():
    actor = member_actor()
    structure = StructureFactory(organisation=actor.organisation)
    with pytest.raises(EditConflict):
        STRUCTURES.set_active(structure, False, actor=actor, expected_version=9, reason="Dissoute")


# --- Rights ---------------------------------------------------------------------------------------------------------

ROUTES = ("detail", "modifier", "retirer", "journal")


def test_another_dla_of_the_region_finds_none_of_the_pages(client_for):
    structure = StructureFactory()
    client = client_for(member(OrganisationFactory(region=structure.organisation.region)))
    for route in ROUTES:
        assert client.get(reverse(f"structures:{route}", args=[structure.pk])).status_code == 404, route
    for route in ("modifier", "retirer", "reprendre"):
        answer = client.post(reverse(f"structures:{route}", args=[structure.pk]), posted(structure, reason="x"))
        assert answer.status_code == 404, route
    assert structure.name not in client.get(reverse("structures:liste")).content.decode()
    assert structure.name.encode() not in client.get(reverse("structures:liste") + "?export=csv").content
    structure.refresh_from_db()
    assert structure.version == 1


def test_the_c2ra_of_the_region_reads_and_does_not_write(client_for):
    structure = StructureFactory()
    client = client_for(member(OrganisationFactory(c2ra=True, region=structure.organisation.region)))
    assert client.get(reverse("structures:detail", args=[structure.pk])).status_code == 200
    assert structure.name in client.get(reverse("structures:liste")).content.decode()
    for route in ("modifier", "retirer"):
        assert client.get(reverse(f"structures:{route}", args=[structure.pk])).status_code == 403, route
    assert client.post(reverse("structures:reprendre", args=[structure.pk])).status_code == 403


def test_the_c2ra_of_another_region_finds_nothing(client_for):
    structure = StructureFactory()
    client = client_for(member(OrganisationFactory(c2ra=True, region=RegionFactory(bretagne=True))))
    assert client.get(reverse("structures:detail", args=[structure.pk])).status_code == 404


def test_a_read_only_member_reads_and_is_told_why_no_more(client_for, sheet):
    dla = OrganisationFactory()
    structure = StructureFactory(organisation=dla)
    client = client_for(member(dla, role=Role.LECTURE))
    page = client.get(reverse("structures:detail", args=[structure.pk])).content.decode()
    assert "lecture seule" in page
    assert reverse("structures:modifier", args=[structure.pk]) not in page
    for url in (reverse("structures:nouvelle"), reverse("structures:modifier", args=[structure.pk])):
        response = client.post(url, sheet)
        assert response.status_code == 403
        assert "lecture seule" in response.content.decode()


def test_the_menu_shows_the_directories_to_dla_and_c2ra_only(client_for):
    for traits, shown in (({}, True), ({"c2ra": True}, True), ({"cnar": True}, False), ({"avise": True}, False)):
        page = client_for(member(OrganisationFactory(**traits))).get("/").content.decode()
        assert (f'href="{reverse("structures:liste")}"' in page) is shown
        assert (f'href="{reverse("directory:liste")}"' in page) is shown


def test_a_cnar_is_told_that_the_directory_is_not_theirs(client_for):
    response = client_for(member(OrganisationFactory(cnar=True))).get(reverse("structures:liste"))
    assert response.status_code == 403


def test_somebody_unknown_is_sent_to_sign_in(client):
    structure = StructureFactory()
    for route in ROUTES:
        assert client.get(reverse(f"structures:{route}", args=[structure.pk])).status_code == 302


def test_an_id_beyond_what_a_database_counts_is_not_found(client_for):
    assert client_for(member()).get("/structures/99999999999999999999999/").status_code == 404


def test_predicate_and_queryset_give_the_same_answer_for_every_role_and_structure():
    centre, bretagne = RegionFactory(centre=True), RegionFactory(bretagne=True)
    organisations = [
        OrganisationFactory(region=centre),
        OrganisationFactory(region=centre),
        OrganisationFactory(region=bretagne),
        OrganisationFactory(c2ra=True, region=centre),
        OrganisationFactory(c2ra=True, region=bretagne),
        OrganisationFactory(cnar=True),
        OrganisationFactory(avise=True),
    ]
    for organisation in organisations[:5]:
        StructureFactory(organisation=organisation)
        StructureFactory(organisation=organisation, is_active=False)
    structures = list(Structure.objects.select_related("organisation"))
    actors = [member_actor(o, role) for o in organisations for role in Role.values]
    from core.actor import Actor

    actors += [Actor.system("essai"), Actor.anonymous(), Actor.for_user(member())]
    for actor in actors:
        visible = set(Structure.objects.visible_to(actor))
        for structure in structures:
            assert STRUCTURES.can_view(actor, structure) == (structure in visible), (actor, structure)
            if STRUCTURES.can_edit(actor, structure):
                assert structure in visible


def test_the_service_refuses_who_may_not_write():
    structure = StructureFactory()
    neighbour = actor_of(member())
    with pytest.raises(NotAllowed):
        STRUCTURES.update(structure, {"name": "Autre"}, actor=neighbour, expected_version=1)
    with pytest.raises(NotAllowed):
        STRUCTURES.create({"name": "A"}, actor=member_actor(OrganisationFactory(cnar=True)))
