"""One way to lock, to check what is typed, to create and to remove."""

from __future__ import annotations

import threading
from copy import copy
from decimal import Decimal

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.utils.functional import SimpleLazyObject

from core import journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, lock_rows, remove
from core.errors import EditConflict, InvalidInput, StaleState
from mobilisation.groupes.models import Groupe
from mobilisation.scenarios.models import Scenario
from mobilisation.scenarios.services import add_scenario
from tests.factories import OrganisationFactory, SecteurFactory, StructureFactory, UserFactory, ingenierie_of

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("recette")
VERB = "mobilisation.scenario"


@pytest.fixture
def ingenierie():
    return ingenierie_of(OrganisationFactory())


@pytest.fixture
def scenario(ingenierie):
    return add_scenario(ingenierie, actor=SYSTEM, values={"nom": "Ensemble"})


def renamed(scenario, nom):
    return apply_changes(scenario, {"nom": nom}, actor=SYSTEM, verb=VERB, expected_version=None)


# --- Locks ----------------------------------------------------------------------------------------------------------


def test_who_is_signed_in_is_locked_as_any_other_row():
    user = UserFactory()
    assert lock(SimpleLazyObject(lambda: user)) == user


def test_a_form_drawn_before_somebody_saved_is_a_conflict_that_says_who_did_what(scenario):
    renamed(scenario, "Autrement")
    with pytest.raises(EditConflict, match="Votre texte est conservé") as refused:
        lock(scenario, scenario.version)
    assert [entry.changes for entry in refused.value.entries] == [{"nom": ["Ensemble", "Autrement"]}]
    assert refused.value.current.nom == "Autrement"


def test_a_button_drawn_before_somebody_saved_is_stale_nothing_having_been_typed(scenario):
    renamed(scenario, "Autrement")
    with pytest.raises(StaleState, match="sous les yeux a changé") as refused:
        lock(scenario, scenario.version, typed=False)
    assert not isinstance(refused.value, EditConflict)
    assert len(refused.value.entries) == 1


def test_a_row_removed_meanwhile_is_stale_and_one_reads_who_removed_it(scenario):
    kept = Scenario.objects.get(pk=scenario.pk)
    renamed(scenario, "Autrement")
    remove(
        Scenario.objects.get(pk=scenario.pk),
        actor=SYSTEM,
        verb="mobilisation.scenario_retire",
        scope=scenario.ingenierie,
    )
    with pytest.raises(StaleState, match="retiré entre-temps") as refused:
        lock(kept)
    assert refused.value.entries[-1].verb == "mobilisation.scenario_retire"


def test_what_the_page_showed_still_stands_and_is_returned_fresh(scenario):
    scenario.nom = "jamais enregistré"
    assert lock(scenario, scenario.version).nom == "Ensemble"


def test_rows_are_locked_in_one_order_whatever_the_question(ingenierie):
    for nom in ("B", "A"):
        Groupe.objects.create(ingenierie=ingenierie, nom=nom)
    assert [g.nom for g in Groupe.objects.filter(ingenierie=ingenierie)] == ["A", "B"]
    assert [g.nom for g in lock_rows(Groupe.objects.filter(ingenierie=ingenierie))] == ["B", "A"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite locks the whole database")
def test_a_row_that_cites_the_locked_one_does_not_wait_and_a_second_lock_does():
    ingenierie = ingenierie_of(OrganisationFactory())
    told = {}

    def tried(what):
        try:
            with transaction.atomic():  # what is cited is looked at when it ends
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '300ms'")
                what()
        except OperationalError as error:
            return str(error)
        return "done"

    def elsewhere():
        try:
            told["cited"] = tried(lambda: Groupe.objects.create(ingenierie=ingenierie, nom="Cite l’ingénierie"))
            told["locked"] = tried(lambda: lock(ingenierie))
        finally:
            connections.close_all()

    with transaction.atomic():
        lock(ingenierie)
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join(30)
    assert told["cited"] == "done"
    assert "lock timeout" in told["locked"]


# --- Values ---------------------------------------------------------------------------------------------------------


def test_an_unknown_field_is_refused_and_so_is_one_that_nobody_types(scenario):
    for name in ("inconnu", "retenu", "ingenierie", "version", "id"):
        with pytest.raises(InvalidInput, match=f"Champs inconnus : {name}"):
            checked(scenario, {name: "1"})


def test_fields_known_to_the_model_are_refused_to_whom_may_not_set_them(scenario):
    assert checked(scenario, {"nom": "Autre"}, only=["nom"]) == {"nom": "Autre"}
    with pytest.raises(InvalidInput, match="Champs inconnus : lieu"):
        checked(scenario, {"lieu": "Blois"}, only=["nom"])


def test_each_field_at_fault_is_named_and_nothing_is_set(scenario):
    with pytest.raises(InvalidInput) as refused:
        checked(scenario, {"nom": "x" * 121, "lieu": "y" * 2001})
    assert "Lieu : Ce texte est trop long" in refused.value.message
    with pytest.raises(InvalidInput, match=r"^Nom du scénario : "):
        checked(scenario, {"nom": "x" * 121})
    assert scenario.nom == "Ensemble"


def test_several_faults_are_told_apart_too(ingenierie):
    with pytest.raises(InvalidInput) as refused:
        checked(Groupe(ingenierie=ingenierie), {"nom": "x" * 121, "participants": -1})
    assert [reason.split(" : ")[0] for reason in refused.value.reasons] == [
        "Nom du groupe",
        "Nombre de participants prévu",
    ]


def test_a_constraint_of_the_table_is_told_in_its_own_words(ingenierie):
    Groupe.objects.create(ingenierie=ingenierie, nom="Est")
    with pytest.raises(InvalidInput, match="Un groupe de cette ingénierie porte déjà ce nom"):
        checked(Groupe(ingenierie=ingenierie), {"nom": "Est"})


def test_what_does_not_change_is_not_tried_again(scenario):
    Scenario.objects.filter(pk=scenario.pk).update(lieu="y" * 3000)
    scenario.refresh_from_db()
    assert checked(scenario, {"nom": "Autre"}) == {"nom": "Autre"}


def test_what_is_referred_to_may_have_been_removed_meanwhile(ingenierie):
    structure, sector = StructureFactory(), SecteurFactory()
    sector_of_then = copy(sector)
    sector.delete()
    with pytest.raises(InvalidInput, match=r"^Secteur"):
        checked(structure, {"secteur": sector_of_then})


def test_an_import_checks_without_a_question_to_the_database(ingenierie, django_assert_num_queries):
    structure = StructureFactory()
    with django_assert_num_queries(0):
        assert checked(structure, {"name": "Autre"}, constraints=False) == {"name": "Autre"}


def test_money_is_given_back_as_the_database_stores_it():
    structure = StructureFactory()
    assert str(checked(structure, {"budget": Decimal(1000)})["budget"]) == "1000.00"
    with pytest.raises(InvalidInput, match=r"^Budget"):
        checked(structure, {"budget": Decimal("1.005")})


# --- Creating and removing ------------------------------------------------------------------------------------------


def test_what_is_created_and_removed_is_told_by_what_it_held(ingenierie):
    scenario = Scenario(ingenierie=ingenierie, nom="Seul", lieu="Blois")
    create(scenario, actor=SYSTEM, verb="mobilisation.scenario_ajoute", scope=ingenierie)
    pk = scenario.pk
    remove(lock(scenario), actor=SYSTEM, verb="mobilisation.scenario_retire", scope=ingenierie)
    removed, made = journal.entries_for(ingenierie)[:2]
    assert made.changes == {"nom": [None, "Seul"], "lieu": [None, "Blois"]}
    assert (removed.object_id, removed.changes) == (pk, {"nom": ["Seul", None], "lieu": ["Blois", None]})
