"""The checklist: one's own copy, adapted, ticked by people, never by evidence."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core import journal
from core.errors import EditConflict, InvalidInput, NotAllowed
from projects import evidence
from projects.cycle.services import perform_action
from projects.demarche.models import ChecklistItem
from projects.demarche.services import add_own_item, remove_own_item, set_item
from tests.factories import OrganisationFactory, StructureFactory, identified, ingenierie_of, member, member_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def dla():
    return OrganisationFactory()


@pytest.fixture
def actor(dla):
    return member_actor(dla)


@pytest.fixture
def item(dla):
    return ingenierie_of(dla).checklist.get(code="identifier.problematique.diagnostics")


def test_one_click_changes_the_state_and_says_who_and_when(item, actor, clock_at):
    clock_at("2026-11-21 10:00")
    fresh = set_item(item, actor=actor, state="fait")
    assert (fresh.state, fresh.changed_by) == ("fait", actor.label)
    assert fresh.changed_at.isoformat() == "2026-11-21T09:00:00+00:00"
    entry = journal.entries_for(item.ingenierie).filter(verb="projects.item").first()
    assert entry.changes["state"] == ["a_faire", "fait"]
    assert entry.object_label == "S’appuyer sur les diagnostics des DLA"


@pytest.mark.sqlite
def test_without_object_needs_a_reason_in_the_service_and_in_the_database(item, actor):
    from django.db import IntegrityError, transaction

    with pytest.raises(InvalidInput, match="pourquoi"):
        set_item(item, actor=actor, state="sans_objet", reason=" ")
    with pytest.raises(IntegrityError), transaction.atomic():
        ChecklistItem.objects.filter(pk=item.pk).update(state="sans_objet")
    fresh = set_item(item, actor=actor, state="sans_objet", reason="Aucun diagnostic dans ce secteur.")
    assert set_item(fresh, actor=actor, state="en_cours").reason == ""


def test_two_people_writing_the_same_note_lose_nothing(item, actor):
    set_item(item, actor=actor, note="Ma note.", expected_version=item.version)
    with pytest.raises(EditConflict) as conflict:
        set_item(item, actor=actor, note="L’autre note.", expected_version=item.version)
    assert conflict.value.entries[0].changes["note"] == ["", "Ma note."]
    assert ChecklistItem.objects.get(pk=item.pk).note == "Ma note."


def test_only_points_of_the_action_are_kept(item, actor):
    code = "identifier.problematique.diagnostics.1"
    fresh = set_item(item, actor=actor, points_vus=[code, "engager.partenariat.reseau.1", "n’importe quoi"])
    assert fresh.points_vus == [code]


def test_an_unknown_state_is_refused(item, actor):
    with pytest.raises(InvalidInput):
        set_item(item, actor=actor, state="presque")


def test_an_own_action_is_added_at_the_end_of_its_phase_and_can_go(dla, actor):
    ingenierie = ingenierie_of(dla)
    own = add_own_item(ingenierie, actor=actor, phase="identifier.role", label="  Prévenir la fédération  ")
    assert (own.label, own.step) == ("Prévenir la fédération", "identifier")
    assert own.position > ingenierie.checklist.filter(code__startswith="identifier").last().position
    remove_own_item(own, actor=actor)
    assert ingenierie.checklist.count() == 46
    with pytest.raises(InvalidInput, match="sans objet"):
        remove_own_item(ingenierie.checklist.first(), actor=actor)
    with pytest.raises(InvalidInput, match="phase"):
        add_own_item(ingenierie, actor=actor, phase="ailleurs", label="Quelque chose")


def test_evidence_is_shown_and_never_ticks(dla):
    ingenierie = ingenierie_of(dla)
    assert "identifier.role.legitimite" not in evidence.evidence_for(ingenierie)
    identified(ingenierie)
    proofs = evidence.evidence_for(ingenierie)
    assert proofs["identifier.role.legitimite"].text == "Légitimité posée dans le rôle du DLA"
    assert not ingenierie.checklist.exclude(state="a_faire").exists()


def test_a_neighbour_and_a_reader_cannot_tick(item, dla):
    for actor in (member_actor(OrganisationFactory()), member_actor(dla, "lecture")):
        with pytest.raises(NotAllowed):
            set_item(item, actor=actor, state="fait")


def test_a_finished_ingenierie_is_not_ticked_any_more(item, actor):
    ingenierie = item.ingenierie
    perform_action(
        ingenierie, "abandonner", actor=actor, expected_state="identifier", version=ingenierie.version, reason="Fin."
    )
    item = ChecklistItem.objects.get(pk=item.pk)
    with pytest.raises(NotAllowed, match="rouvrez-la"):
        set_item(item, actor=actor, state="fait")


def test_the_counts_of_the_lists_follow_every_change(dla, actor):
    from projects.ingenierie.models import Ingenierie
    from projects.structures_ciblees import services as structures
    from tests.factories import StructureFactory

    ingenierie = ingenierie_of(dla)

    def counts():
        return Ingenierie.objects.values_list("actions_total", "actions_reglees", "structures_retenues").get(
            pk=ingenierie.pk
        )

    assert counts() == (45, 0, 0)
    set_item(ingenierie.checklist.get(code="identifier.role.legitimite"), actor=actor, state="fait")
    optional = ingenierie.checklist.get(optional=True)
    set_item(optional, actor=actor, state="fait")
    own = add_own_item(ingenierie, actor=actor, phase="identifier.role", label="Prévenir la fédération")
    assert counts() == (46, 1, 0)
    remove_own_item(own, actor=actor)
    added = structures.add_structures(
        ingenierie, [StructureFactory(organisation=dla).pk, StructureFactory(organisation=dla).pk], actor=actor
    )
    assert counts() == (45, 1, 2)
    structures.act_on_structure(
        added[0], "retirer", actor=actor, expected_state="reperee", version=added[0].version, reason="Hors sujet."
    )
    assert counts() == (45, 1, 1)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"note": "a\x00b"}, "caractère invisible"),
        ({"note": "x" * 10_001}, "trop long"),
        ({"state": "sans_objet", "reason": "x" * 501}, "trop long"),
        ({"state": "sans_objet", "reason": "a\x00"}, "caractère invisible"),
        ({"state": "fait\x00"}, "n’existe pas"),
        ({"note": "x", "version": "²"}, "plus à jour"),
        ({"note": "x", "version": ""}, "plus à jour"),
    ],
)
def test_what_no_form_has_cleaned_is_refused_in_words_and_nothing_is_written(client_for, data, said):
    user = member()
    ingenierie = ingenierie_of(user.active_membership.organisation)
    item = ingenierie.checklist.first()
    answer = client_for(user).post(
        reverse("projects:item", args=[ingenierie.pk, item.pk]), {"version": str(item.version), **data}
    )
    assert answer.status_code == 422 and said in answer.content.decode()
    item.refresh_from_db()
    assert (item.version, item.state, item.note) == (1, "a_faire", "")


@pytest.mark.parametrize(("posted", "status"), [("²:fait", 404), ("9" * 5000 + ":fait", 404), ("", 404), ("{pk}", 422)])
def test_a_tick_that_names_nothing_is_refused(client_for, posted, status):
    user = member()
    ingenierie = ingenierie_of(user.active_membership.organisation)
    item = posted.format(pk=ingenierie.checklist.first().pk)
    assert (
        client_for(user).post(reverse("projects:demarche", args=[ingenierie.pk]), {"item": item}).status_code == status
    )


def test_a_double_click_on_a_tick_ticks_once(client_for):
    user = member()
    ingenierie = ingenierie_of(user.active_membership.organisation)
    item = ingenierie.checklist.first()
    client, url = client_for(user), reverse("projects:demarche", args=[ingenierie.pk])
    button = f"{item.pk}:fait"
    assert f'name="item" value="{button}"' in client.get(url).content.decode()
    for _ in range(2):
        assert client.post(url, {"item": button}).status_code == 302
    item.refresh_from_db()
    assert item.state == "fait" and item.version == 2


@pytest.mark.parametrize(
    ("route", "data"),
    [
        ("item_add", {"phase": "identifier.problematique", "label": "a\x00b"}),
        ("etape", {"action": "engager", "expected_state": "identifier", "motif-problematique": "a\x00b"}),
        ("etape", {"action": "engager", "expected_state": "identifier", "motif-problematique": "x" * 2001}),
        ("structures_add", {"origine": "a\x00b"}),
    ],
)
def test_a_text_that_the_database_refuses_is_refused_in_words(client_for, route, data):
    user = member()
    ingenierie = ingenierie_of(user.active_membership.organisation)
    data = {
        "version": str(ingenierie.version),
        "structure": str(StructureFactory(organisation=ingenierie.pilote).pk),
    } | data
    answer = client_for(user).post(reverse(f"projects:{route}", args=[ingenierie.pk]), data)
    assert answer.status_code == 422
    assert "caractère invisible" in answer.content.decode() or "trop long" in answer.content.decode()
