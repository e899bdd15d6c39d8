"""A plan d'accompagnement: rows, their follow-up, their order, its actualisations (002, example of the DLA 37)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from core import journal
from core.clock import today
from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed
from structures.plans import services
from structures.plans.content import changes_between
from structures.plans.models import LignePlan, PlanAccompagnement
from tests.factories import (
    OrganisationFactory,
    StructureFactory,
    TypePrestationFactory,
    diagnostic_of,
    member_actor,
    plan_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def structure():
    return StructureFactory()


@pytest.fixture
def keeper(structure):
    return member_actor(structure.organisation)


def order(plan):
    return [ligne.difficulte[-1] for ligne in plan.lignes.all()]


def reload(plan):
    return PlanAccompagnement.objects.get(pk=plan.pk)


def act(plan, name, actor, **kwargs):
    return services.perform_action(plan, name, actor=actor, expected_state=plan.state, version=plan.version, **kwargs)


# --- Opening --------------------------------------------------------------------------------------------------------


def test_a_plan_starts_from_the_last_diagnostic_that_was_shared(structure, keeper):
    diagnostic_of(structure, shared=True, date=today() - dt.timedelta(days=90))
    last = diagnostic_of(structure, shared=True)
    diagnostic_of(structure)  # a draft, more recent, is not shared
    plan = services.open_plan(structure, actor=keeper)
    assert plan.diagnostic == last
    assert plan.suivi_par_id == keeper.user_id


def test_a_second_click_gets_the_plan_that_is_there(structure, keeper):
    assert services.open_plan(structure, actor=keeper) == services.open_plan(structure, actor=keeper)
    assert PlanAccompagnement.objects.count() == 1


def test_each_need_of_the_diagnostic_becomes_a_row_once(structure, keeper):
    diagnostic = diagnostic_of(structure, shared=True, needs=[TypePrestationFactory(), TypePrestationFactory()])
    plan = services.open_plan(structure, actor=keeper)
    ids = [b.pk for b in diagnostic.besoins.all()]
    elsewhere = diagnostic_of(StructureFactory(organisation=structure.organisation)).besoins.get()
    assert services.add_from_besoins(plan, [*ids, elsewhere.pk], actor=keeper) == 2
    assert services.add_from_besoins(plan, ids, actor=keeper) == 0
    assert {ligne.besoin_id for ligne in plan.lignes.all()} == set(ids)


# --- Rows -----------------------------------------------------------------------------------------------------------


def test_a_row_moves_up_and_down_and_stops_at_both_ends(structure, keeper):
    plan = plan_of(structure, lignes=3)
    first, _, third = plan.lignes.all()
    assert services.move_ligne(third, -1, actor=keeper)
    assert order(plan) == ["1", "3", "2"]
    assert services.move_ligne(first, 1, actor=keeper)
    assert order(plan) == ["3", "1", "2"]
    assert not services.move_ligne(third, -1, actor=keeper)
    assert order(plan) == ["3", "1", "2"]


def test_two_people_who_change_the_same_row_are_told(structure, keeper):
    ligne = plan_of(structure).lignes.get()
    services.update_ligne(ligne, {"action": "Former."}, actor=keeper, expected_version=1)
    with pytest.raises(EditConflict) as refused:
        services.update_ligne(ligne, {"action": "Recruter."}, actor=keeper, expected_version=1)
    assert refused.value.current.action == "Former."


@pytest.mark.parametrize("values", [{"difficulte": ""}, {"nature_moyen": "magie"}, {"difficulte": "x" * 2001}])
def test_a_row_ill_typed_is_refused_in_words(structure, keeper, values):
    plan = plan_of(structure, lignes=0)
    with pytest.raises(InvalidInput) as refused:
        services.add_ligne(plan, {"difficulte": "Une", **values}, actor=keeper)
    assert all(len(reason) > 10 for reason in [refused.value.message, *refused.value.reasons])


def test_a_row_answers_a_need_of_its_own_structure_only(structure, keeper):
    other = diagnostic_of().besoins.get()
    with pytest.raises(InvalidInput, match="pas celui de la structure"):
        services.add_ligne(plan_of(structure), {"difficulte": "Une", "besoin": other}, actor=keeper)


@pytest.mark.sqlite
@pytest.mark.parametrize("wrong", [{"difficulte": ""}, {"etat": "perdu"}])
def test_the_database_refuses_a_row_that_says_nothing(structure, wrong):
    plan_of(structure)
    with pytest.raises(IntegrityError), transaction.atomic():
        LignePlan.objects.update(**wrong)


def test_following_a_row_keeps_each_note_with_its_date_and_state(structure, keeper):
    ligne = plan_of(structure).lignes.get()
    ligne = services.follow_ligne(ligne, "en_cours", actor=keeper, expected_version=1)
    services.follow_ligne(ligne, "en_cours", note="Un premier rendez-vous.", actor=keeper)
    notes = [(s.etat, s.note, s.par) for s in ligne.suivis.all()]
    assert notes == [("en_cours", "Un premier rendez-vous.", keeper.label), ("en_cours", "", keeper.label)]


@pytest.mark.parametrize(
    ("etat", "said"), [("abandonne", "pourquoi"), ("a_faire", "Rien n’a changé"), ("ailleurs", "n’existe pas")]
)
def test_a_follow_up_that_says_nothing_is_refused(structure, keeper, etat, said):
    ligne = plan_of(structure).lignes.get()
    with pytest.raises(InvalidInput, match=said):
        services.follow_ligne(ligne, etat, actor=keeper)
    assert not ligne.suivis.exists()


def test_a_stale_page_does_not_put_back_a_row_that_a_colleague_settled(structure, keeper):
    ligne = plan_of(structure).lignes.get()
    services.follow_ligne(ligne, "fait", actor=keeper, expected_version=1)
    with pytest.raises(EditConflict):
        services.follow_ligne(ligne, "en_cours", actor=keeper, expected_version=1)


def test_a_mission_is_for_a_row_of_its_plan_only(structure, keeper):
    plan, other = plan_of(structure), plan_of()
    with pytest.raises(InvalidInput, match="pas du plan"):
        services.add_mission(plan, {"objectif_general": "Former", "ligne": other.lignes.get()}, actor=keeper)


def test_operational_objectives_are_read_one_by_one(structure, keeper):
    mission = services.add_mission(
        plan_of(structure),
        {"objectif_general": "Accompagner les acteurs", "objectifs_operationnels": "- Échanger\n\n• Redéfinir \n"},
        actor=keeper,
    )
    assert mission.liste_objectifs == ["Échanger", "Redéfinir"]


# --- Actualising ----------------------------------------------------------------------------------------------------


def test_a_plan_is_settled_then_actualised_with_its_reason_and_each_is_read_again(structure, keeper):
    plan = plan_of(structure, lignes=2)
    first = services.actualise(plan, actor=keeper, expected_version=plan.version)
    ligne = plan.lignes.first()
    services.update_ligne(ligne, {"cause": "Le directeur fait tout."}, actor=keeper, expected_version=None)
    services.add_ligne(plan, {"difficulte": "Difficulté 3"}, actor=keeper)
    with pytest.raises(InvalidInput, match="ce qui a conduit"):
        services.actualise(reload(plan), actor=keeper)
    second = services.actualise(reload(plan), actor=keeper, motif="Un nouveau besoin.")
    assert (first.numero, second.numero) == (1, 2)
    assert [row["difficulte"] for row in first.data["lignes"]] == ["Difficulté 1", "Difficulté 2"]
    changes = {change.label: (change.kind, change.fields) for change in changes_between(first.data, second.data)}
    assert changes["Ligne « Difficulté 1 »"] == (
        "modifiée",
        [("Cause supposée", "", "Le directeur fait tout.")],
    )
    assert changes["Ligne « Difficulté 3 »"][0] == "ajoutée"
    assert "Ligne « Difficulté 2 »" not in changes


def test_what_was_removed_or_put_in_another_order_is_told(structure, keeper):
    plan = plan_of(structure, lignes=3)
    services.actualise(plan, actor=keeper)
    first, second, _ = plan.lignes.all()
    services.remove_ligne(first, actor=keeper)
    services.move_ligne(second, 1, actor=keeper)
    told = [(change.label, change.kind) for change in services.pending_changes(reload(plan))]
    assert told == [("Ligne « Difficulté 1 »", "retirée"), ("Ordre des lignes", "modifié")]


def test_nothing_is_actualised_when_nothing_changed_or_without_a_row(structure, keeper):
    plan = plan_of(structure, lignes=0)
    with pytest.raises(InvalidInput, match="aucune ligne"):
        services.actualise(plan, actor=keeper)
    services.add_ligne(plan, {"difficulte": "Une"}, actor=keeper)
    services.actualise(plan, actor=keeper)
    with pytest.raises(InvalidInput, match="Rien n’a changé"):
        services.actualise(reload(plan), actor=keeper, motif="Pour voir.")


def test_a_double_click_actualises_once(structure, keeper):
    plan = plan_of(structure)
    services.actualise(plan, actor=keeper, expected_version=plan.version)
    with pytest.raises((EditConflict, InvalidInput)):
        services.actualise(plan, actor=keeper, expected_version=plan.version, motif="Encore.")
    assert plan.actualisations.count() == 1


# --- Closing --------------------------------------------------------------------------------------------------------


def test_a_plan_closes_when_each_row_is_done_or_abandoned(structure, keeper):
    plan = plan_of(structure, lignes=2)
    first, second = plan.lignes.all()
    services.follow_ligne(first, "fait", actor=keeper)
    with pytest.raises(ConditionsNotMet) as refused:
        act(plan, "clore", keeper)
    assert "1\u00a0ligne" in refused.value.reasons[0]
    services.follow_ligne(second, "abandonne", note="La structure y renonce.", actor=keeper)
    closed = act(plan, "clore", keeper)
    assert closed.state == "clos"
    with pytest.raises(NotAllowed, match="clos"):
        services.add_ligne(closed, {"difficulte": "Une"}, actor=keeper)


def test_a_closed_plan_does_not_reopen_beside_another(structure, keeper):
    plan = plan_of(structure)
    services.follow_ligne(plan.lignes.get(), "fait", actor=keeper)
    closed = act(plan, "clore", keeper)
    plan_of(structure)
    with pytest.raises(InvalidInput, match="Un autre plan"):
        act(closed, "rouvrir", keeper, reason="Il restait à faire.")


# --- Who ------------------------------------------------------------------------------------------------------------


def test_a_neighbour_dla_neither_reads_nor_writes(structure):
    plan = plan_of(structure)
    neighbour = member_actor(OrganisationFactory(region=structure.organisation.region))
    assert not PlanAccompagnement.objects.visible_to(neighbour).exists()
    assert not LignePlan.objects.visible_to(neighbour).exists()
    ligne = plan.lignes.get()
    for write in (
        lambda: services.open_plan(structure, actor=neighbour),
        lambda: services.add_ligne(plan, {"difficulte": "Une"}, actor=neighbour),
        lambda: services.update_ligne(ligne, {"cause": "x"}, actor=neighbour, expected_version=None),
        lambda: services.follow_ligne(ligne, "fait", actor=neighbour),
        lambda: services.move_ligne(ligne, 1, actor=neighbour),
        lambda: services.remove_ligne(ligne, actor=neighbour),
        lambda: services.add_mission(plan, {"objectif_general": "x"}, actor=neighbour),
        lambda: services.actualise(plan, actor=neighbour),
        lambda: act(plan, "clore", neighbour),
    ):
        with pytest.raises(NotAllowed, match="tenu par"):
            write()


def test_everything_done_to_a_plan_is_in_its_journal(structure, keeper):
    plan = plan_of(structure, lignes=0, actor=keeper)
    ligne = services.add_ligne(plan, {"difficulte": "Une"}, actor=keeper)
    services.follow_ligne(ligne, "abandonne", note="Sans objet.", actor=keeper)
    services.actualise(plan, actor=keeper)
    services.remove_ligne(ligne, actor=keeper)
    verbs = [entry.verb.split(".")[1] for entry in journal.entries_for(plan)]
    assert verbs == ["ligne_retiree", "plan_actualise", "ligne_suivie", "ligne_ajoutee", "plan_ouvert"]


def test_who_leaves_hands_over_the_plans_and_diagnostics_in_hand(structure, keeper):
    from accounts.handover import HOLDINGS

    colleague = member_actor(structure.organisation)
    mine = plan_of(structure, actor=keeper)
    theirs = plan_of(StructureFactory(organisation=structure.organisation), actor=colleague)
    organisation = structure.organisation
    holding = HOLDINGS.get("structures.plans")
    assert holding.count(keeper.user, organisation) == 1
    assert len(holding.transfer(keeper.user, colleague.user, organisation, keeper)) == 1
    assert {p.suivi_par for p in PlanAccompagnement.objects.filter(pk__in=[mine.pk, theirs.pk])} == {colleague.user}
    assert journal.entries_for(mine).first().verb == "structures.plan_confie"
    assert HOLDINGS.get("structures.diagnostics").count(keeper.user, organisation) == 0
