"""Two sheets of one structure: signalled, compared, made one; nothing of either is lost."""

from __future__ import annotations

import itertools

import pytest
from django.apps import apps
from django.urls import reverse

from accounts.enums import Role
from core.actor import Actor
from core.errors import EditConflict, InvalidInput, NotAllowed, StaleState
from core.likeness import NearNames
from core.merging import BOTH, GONE, MOVES, field_choices
from core.models import Attachment, JournalEntry, PaireDistincte
from core.text import near_names
from mobilisation.groupes.models import MembreGroupe
from mobilisation.groupes.services import add_groupe
from projects.structures_ciblees.models import StructureCiblee
from projects.structures_ciblees.services import act_on_structure, add_structures
from structures.annuaire.annuaire import STRUCTURES
from structures.annuaire.models import Structure
from tests.factories import (
    DepartementFactory,
    OrganisationFactory,
    StructureFactory,
    actor_of,
    identified,
    ingenierie_of,
    member,
    siret_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
PAIRS = reverse("structures:doublons")


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
def kept(dla):
    return StructureFactory(organisation=dla, name="La Fabrique de Saint-Avertin", notes="Une.", siret=siret_of(1))


@pytest.fixture
def gone(dla):
    return StructureFactory(
        organisation=dla, name="Fabrique St Avertin", notes="Deux.", commune="Saint-Avertin", rna="W372001234"
    )


def merge(kept, gone, actor, **chosen) -> Structure:
    return STRUCTURES.merge(kept, gone, chosen, actor=actor, versions=(kept.version, gone.version))


# --- Near names -----------------------------------------------------------------------------------------------------


def test_the_index_of_names_answers_as_the_comparison_of_two_names():
    words = ["Fabrique", "Saint-Avertin", "des", "Ateliers", "Atelier", "Club", "Tours", "Amis", "de la", "Loire"]
    names = [" ".join(picked) for picked in itertools.permutations(words, 2)]
    index = NearNames()
    for number, name in enumerate(names):
        index.add(number, name)
    for name in names[::3]:
        expected = {number for number, other in enumerate(names) if near_names(name, other)}
        assert set(index.near(name)) == expected
    pairs = {frozenset((one, other)) for _, one, other in index.pairs()}
    assert pairs == {
        frozenset((one, other))
        for one, other in itertools.combinations(range(len(names)), 2)
        if near_names(names[one], names[other])
    }


def test_likely_pairs_are_of_one_directory_and_one_departement(actor, dla, kept, gone):
    StructureFactory(organisation=dla, name="Fabrique St Avertin", departement=DepartementFactory(loiret=True))
    StructureFactory(name="Fabrique St Avertin")
    StructureFactory(organisation=dla, name="Rien à voir")
    assert [(p.one, p.other) for p in STRUCTURES.pairs(actor)] == [(kept, gone)]


def test_near_names_with_two_numbers_or_in_two_communes_are_two_structures(actor, dla):
    for number, (place, siret) in enumerate(
        (("Loches", ""), ("Chinon", ""), ("Chinon", siret_of(1)), ("", siret_of(2)))
    ):
        StructureFactory(organisation=dla, name=f"Office de tourisme du Lochois {number}", commune=place, siret=siret)
    pairs = [{p.one.name[-1], p.other.name[-1]} for p in STRUCTURES.pairs(actor)]
    assert sorted("".join(sorted(pair)) for pair in pairs) == ["03", "12", "13"]


def test_one_siren_in_one_commune_is_a_likely_pair(actor, dla):
    one = StructureFactory(organisation=dla, name="Ateliers", siret="73282932000074", commune="Tours")
    other = StructureFactory(organisation=dla, name="Boutique", siret="73282932000082", commune="Tours")
    StructureFactory(organisation=dla, name="Ailleurs", siret="73282932000090", commune="Blois")
    assert [(p.one, p.other, p.why) for p in STRUCTURES.pairs(actor)] == [
        (one, other, "même SIREN, dans la même commune")
    ]


def test_a_pair_said_distinct_is_not_signalled_again(client_for, user, kept, gone):
    client = client_for(user)
    assert "même nom" in client.get(PAIRS).content.decode()
    for pks in ((gone.pk, kept.pk), (kept.pk, gone.pk)):
        response = client.post(reverse("structures:distinctes"), {"une": pks[0], "autre": pks[1]})
        assert response.status_code == 302
    assert PaireDistincte.objects.get().said_by_id == user.pk
    assert "Aucune paire" in client.get(PAIRS).content.decode()


def test_the_pairs_cost_as_many_queries_for_thirty_as_for_one(client_for, user, dla, kept, gone, count_queries):
    client = client_for(user)
    client.get(PAIRS)
    one = count_queries(lambda: client.get(PAIRS))
    for number in range(30):
        StructureFactory.create_batch(2, organisation=dla, name=f"Numéro {number * 7919} {number * 104729}")
    assert count_queries(lambda: client.get(PAIRS)) == one


# --- Field by field -------------------------------------------------------------------------------------------------


def test_only_fields_that_differ_are_asked_and_what_is_filled_is_proposed(kept, gone):
    choices = {choice.name: choice for choice in field_choices(kept, gone, STRUCTURES.fields)}
    assert set(choices) == {"name", "notes", "siret", "rna", "commune"}
    assert {name for name, choice in choices.items() if choice.proposed == GONE} == {"rna", "commune"}
    assert {name for name, choice in choices.items() if choice.both} == {"notes"}


def test_the_kept_sheet_takes_what_was_chosen_numbers_included(actor, kept, gone):
    merged = merge(kept, gone, actor, name=GONE, notes=BOTH, rna=GONE)
    assert (merged.name, merged.notes, merged.rna, merged.commune) == (
        "Fabrique St Avertin", "Une.\n\nDeux.", "W372001234", "",
    )  # fmt: skip
    assert merged.search_text.startswith("fabrique st avertin")
    gone.refresh_from_db()
    assert (gone.merged_into, gone.is_active, gone.rna, gone.commune) == (
        merged, False, "W372001234", "Saint-Avertin",
    )  # fmt: skip


def test_the_journal_tells_both_and_keeps_personal_fields_out(actor, kept, gone, client_for, user):
    merge(kept, gone, actor, notes=BOTH, rna=GONE)
    entry = JournalEntry.objects.get(verb="structures.merge")
    assert entry.changes == {"notes": None, "rna": ["", "W372001234"]}
    assert f"« Fabrique St Avertin » (n° {gone.pk})" in entry.reason
    page = client_for(user).get(reverse("structures:journal", args=[kept.pk])).content.decode()
    assert "a réuni une autre fiche" in page and "qui la remplace" in page


def test_two_texts_too_long_together_are_refused_and_nothing_moves(actor, kept, gone):
    Structure.objects.filter(pk__in=[kept.pk, gone.pk]).update(notes="x" * 4000)
    kept.refresh_from_db(), gone.refresh_from_db()
    with pytest.raises(InvalidInput, match="8\u202f002 caractères ensemble"):
        merge(kept, gone, actor, notes=BOTH)
    gone.refresh_from_db()
    assert gone.merged_into is None


def test_a_choice_that_makes_a_wrong_sheet_is_refused(actor, kept, gone):
    from tests.factories import BrancheFactory

    gone.branche = BrancheFactory()
    gone.secteur = gone.branche.secteur
    gone.save()
    with pytest.raises(InvalidInput):
        merge(kept, gone, actor, branche=GONE)


# --- Nothing lost ---------------------------------------------------------------------------------------------------


def test_old_addresses_lead_to_the_kept_sheet_and_lists_show_one(actor, kept, gone, client_for, user):
    merge(kept, gone, actor)
    client = client_for(user)
    for name in ("detail", "journal"):
        response = client.get(reverse(f"structures:{name}", args=[gone.pk]))
        assert response["Location"] == reverse(f"structures:{name}", args=[kept.pk])
    for etat in ("actives", "retirees", "toutes"):
        assert gone.name not in client.get(reverse("structures:liste"), {"etat": etat}).content.decode()
    assert "Fabrique St Avertin" in client.get(reverse("structures:detail", args=[kept.pk])).content.decode()
    assert client.get(reverse("structures:modifier", args=[gone.pk])).status_code == 403
    assert client.post(reverse("structures:reprendre", args=[gone.pk])).status_code == 403


def test_a_sheet_merged_twice_over_leads_to_the_last(actor, dla, kept, gone, client_for, user):
    last = StructureFactory(organisation=dla, name="La dernière")
    merge(kept, gone, actor)
    kept.refresh_from_db()
    merge(last, kept, actor)
    gone.refresh_from_db()
    assert gone.merged_into == last
    response = client_for(user).get(reverse("structures:detail", args=[gone.pk]))
    assert response["Location"] == reverse("structures:detail", args=[last.pk])


def test_its_number_is_free_for_the_kept_sheet_and_still_known_as_taken(actor, dla, kept, gone, client_for, user):
    merge(kept, gone, actor, rna=GONE)
    assert Structure.objects.filter(organisation=dla, rna="W372001234").count() == 2

    assert STRUCTURES.same(dla.pk, {"rna": "W372001234"}) == ("rna", kept)


def _targeted(dossier, structure, actor, *actions) -> StructureCiblee:
    ciblee = add_structures(dossier, [structure.pk], actor=actor)[0]
    for action in actions:
        ciblee = act_on_structure(ciblee, action, actor=actor, expected_state=ciblee.state, version=ciblee.version)
    return ciblee


def test_its_ingenieries_and_groups_move_and_in_a_shared_one_the_furthest_along_stays(actor, dla, kept, gone):
    alone = identified(ingenierie_of(dla))
    both = identified(ingenierie_of(dla, titre="Les deux"))
    only = _targeted(alone, gone, actor)
    mine = _targeted(both, kept, actor)
    other = _targeted(both, gone, actor, "contacter", "interesser")
    groupe = add_groupe(both, actor=actor, values={"nom": "Un groupe"}, structures=[mine])
    merge(kept, gone, actor)
    only.refresh_from_db(), both.refresh_from_db()
    assert only.structure == kept
    assert list(both.structures_ciblees.all()) == [other]
    other.refresh_from_db()
    assert (other.structure, other.state, both.structures_retenues) == (kept, "interessee", 1)
    assert list(groupe.membres.values_list("structure_ciblee", flat=True)) == [other.pk]
    assert MembreGroupe.objects.count() == 1
    assert JournalEntry.objects.filter(verb="projects.structure_reunie", scope_id=both.pk).count() == 1
    assert not StructureCiblee.objects.filter(structure=gone).exists()


def test_every_row_of_every_floor_that_points_to_a_structure_moves(actor, kept, gone):
    from tests.factories import diagnostic_of

    diagnostic = diagnostic_of(gone)
    Attachment.objects.create(
        object_type="structures.structure", object_id=gone.pk, scope_type="structures.structure", scope_id=gone.pk,
        original_name="statuts.pdf", mime="application/pdf", size=1, sha256="0" * 64, storage_key="uploads/x",
        uploaded_by_label="A",
    )  # fmt: skip
    merge(kept, gone, actor)
    diagnostic.refresh_from_db()
    assert diagnostic.structure == kept
    assert Attachment.objects.get().object_id == kept.pk
    left = [
        f"{relation.related_model._meta.label}.{relation.field.name}"
        for relation in Structure._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and relation.field.name != "merged_into"
        if relation.related_model._base_manager.filter(**{relation.field.name: gone}).exists()
    ]
    assert left == []
    entry = JournalEntry.objects.get(verb="structures.merge")
    assert "1\u00a0diagnostic" in entry.reason and "1\u00a0pièce jointe" in entry.reason


def test_every_registered_move_is_of_a_relation_that_exists():
    for code, _ in MOVES.items():
        app, model, field = code.split(".")
        assert apps.get_model(app, model)._meta.get_field(field).is_relation


# --- Who, and when two people do it ---------------------------------------------------------------------------------


def test_only_the_members_of_the_directory_who_write_may_merge(dla, kept, gone):
    others = [
        actor_of(member(dla, Role.LECTURE)),
        actor_of(member(OrganisationFactory(region=dla.region))),
        actor_of(member(OrganisationFactory(c2ra=True, region=dla.region))),
    ]
    for other in others:
        with pytest.raises(NotAllowed):
            merge(kept, gone, other)


def test_two_directories_do_not_merge(kept):
    with pytest.raises(NotAllowed, match="deux annuaires"):
        merge(kept, StructureFactory(), Actor.system("essai"))


def test_a_sheet_changed_or_merged_meanwhile_is_not_merged_blindly(actor, dla, kept, gone):
    with pytest.raises(EditConflict):
        STRUCTURES.merge(kept, gone, {}, actor=actor, versions=(kept.version, gone.version + 1))
    merge(kept, gone, actor)
    other = StructureFactory(organisation=dla)
    with pytest.raises(StaleState):
        STRUCTURES.merge(other, gone, {}, actor=Actor.system("essai"), versions=(None, None))


def test_the_whole_way_on_the_pages(client_for, user, kept, gone):
    client = client_for(user)
    choose = reverse("structures:reunir_choisir", args=[kept.pk])
    url = reverse("structures:reunir", args=[kept.pk, gone.pk])
    assert url in client.get(choose).content.decode()
    assert url in client.get(choose, {"q": "fabrique st"}).content.decode()
    page = client.get(url).content.decode()
    assert "Les deux textes" in page
    data = {"version": kept.version, "version-autre": gone.version, "champ-commune": "autre", "champ-notes": "deux"}
    late = client.post(url, {**data, "version": 99})
    assert late.status_code == 409 and 'value="deux" checked' in late.content.decode()
    assert client.post(url, data)["Location"] == reverse("structures:detail", args=[kept.pk])
    kept.refresh_from_db()
    assert (kept.commune, kept.notes) == ("Saint-Avertin", "Une.\n\nDeux.")
    assert client.get(url).status_code == 404
