"""A diagnostic partagé: written by rubric, shared, answered by the structure, closed (002, thème 2)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from accounts.enums import Role
from core import journal
from core.clock import today
from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed, StaleState
from structures.diagnostics import permissions, services
from structures.diagnostics.models import Besoin, Diagnostic
from tests.factories import (
    DetailPrestationFactory,
    OrganisationFactory,
    StructureFactory,
    TypePrestationFactory,
    diagnostic_of,
    member_actor,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def structure():
    return StructureFactory()


@pytest.fixture
def keeper(structure):
    return member_actor(structure.organisation)


def act(diagnostic, name, actor, **kwargs):
    return services.perform_action(
        diagnostic, name, actor=actor, expected_state=diagnostic.state, version=diagnostic.version, **kwargs
    )


def answer(diagnostic, actor, reponse="valide", **values):
    values = {"reponse": reponse, "nom": "La présidente", "mode": "entretien", **values}
    return services.record_reponse(diagnostic, values, actor=actor)


# --- Writing --------------------------------------------------------------------------------------------------------


def test_whoever_starts_a_diagnostic_follows_it_up(structure, keeper):
    diagnostic = services.create_diagnostic(structure, actor=keeper)
    assert (diagnostic.state, diagnostic.suivi_par_id, diagnostic.date) == ("brouillon", keeper.user_id, today())
    assert diagnostic.organisation == structure.organisation


def test_two_people_write_two_rubrics_without_meeting(structure, keeper):
    diagnostic = services.create_diagnostic(structure, actor=keeper)
    services.update_rubrique(diagnostic, "forces", {"forces": "Un lieu."}, actor=keeper, expected_version=1)
    services.update_rubrique(
        diagnostic, "faiblesses", {"faiblesses": "Peu de fonds."}, actor=keeper, expected_version=1
    )
    fresh = Diagnostic.objects.get()
    assert (fresh.forces, fresh.faiblesses) == ("Un lieu.", "Peu de fonds.")


def test_two_people_who_write_the_same_rubric_are_told(structure, keeper):
    diagnostic = services.create_diagnostic(structure, actor=keeper)
    services.update_rubrique(diagnostic, "forces", {"forces": "Un lieu."}, actor=keeper, expected_version=1)
    with pytest.raises(EditConflict) as refused:
        services.update_rubrique(diagnostic, "forces", {"forces": "Autre."}, actor=keeper, expected_version=1)
    assert refused.value.current.forces == "Un lieu."


def test_a_diagnostic_is_not_dated_in_the_future(structure, keeper):
    import datetime as dt

    tomorrow = today() + dt.timedelta(days=1)
    with pytest.raises(InvalidInput, match="à venir"):
        services.create_diagnostic(structure, actor=keeper, values={"date": tomorrow})


def test_the_needs_take_the_date_of_their_diagnostic(structure, keeper):
    import datetime as dt

    diagnostic = diagnostic_of(structure)
    earlier = today() - dt.timedelta(days=40)
    services.update_rubrique(diagnostic, "contexte", {"date": earlier}, actor=keeper, expected_version=None)
    assert set(Besoin.objects.values_list("date", flat=True)) == {earlier}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"exprime": False}, "exprimé par la structure"),
        ({"texte": ""}, "vide"),
        ({"priorite": 9}, "choix"),
        ({"structure_id": 3}, "Champs inconnus"),
    ],
)
def test_a_need_ill_typed_is_refused_in_words(structure, keeper, values, said):
    diagnostic = services.create_diagnostic(structure, actor=keeper)
    need = {"type_prestation": TypePrestationFactory(), "texte": "Un plan.", "exprime": True, **values}
    with pytest.raises(InvalidInput) as refused:
        services.add_besoin(diagnostic, need, actor=keeper)
    assert said in " ".join([refused.value.message, *refused.value.reasons])


def test_the_detail_of_a_need_is_of_its_theme(structure, keeper):
    diagnostic = services.create_diagnostic(structure, actor=keeper)
    need = {"type_prestation": TypePrestationFactory(), "detail": DetailPrestationFactory(), "texte": "Un plan."}
    with pytest.raises(InvalidInput) as refused:
        services.add_besoin(diagnostic, {**need, "identifie": True}, actor=keeper)
    assert "n’est pas du thème" in refused.value.sentence


@pytest.mark.sqlite
@pytest.mark.parametrize("wrong", [{"exprime": False}, {"texte": ""}, {"priorite": 4}])
def test_the_database_refuses_a_need_that_says_nothing(structure, wrong):
    diagnostic_of(structure)
    with pytest.raises(IntegrityError), transaction.atomic():
        Besoin.objects.update(**wrong)


# --- Sharing --------------------------------------------------------------------------------------------------------


def test_an_empty_diagnostic_is_not_shared_and_says_what_it_lacks(structure, keeper):
    diagnostic = services.create_diagnostic(structure, actor=keeper)
    with pytest.raises(ConditionsNotMet) as refused:
        act(diagnostic, "partager", keeper)
    assert len(refused.value.reasons) == 3


def test_sharing_freezes_what_the_structure_reads_and_counts_its_needs(structure, keeper):
    diagnostic = diagnostic_of(structure)
    assert not Besoin.objects.recenses().exists()
    diagnostic = act(diagnostic, "partager", keeper)
    version = diagnostic.versions.get()
    assert version.numero == diagnostic.numero_partage == 1
    assert {r["code"]: r["texte"] for r in version.data["rubriques"]}["forces"] == "Une équipe soudée."
    assert version.data["besoins"][0]["origine"] == "exprimé par la structure"
    assert Besoin.objects.recenses().count() == 1
    with pytest.raises(NotAllowed, match="partagé avec la structure"):
        services.update_rubrique(diagnostic, "forces", {"forces": "Non."}, actor=keeper, expected_version=None)
    with pytest.raises(NotAllowed):
        services.remove_besoin(Besoin.objects.get(), actor=keeper)


def test_a_need_added_while_reworking_counts_once_shared_again(structure, keeper):
    diagnostic = act(diagnostic_of(structure, shared=True), "reprendre", keeper, reason="La structure précise.")
    services.add_besoin(
        diagnostic, {"type_prestation": TypePrestationFactory(), "texte": "Nouveau.", "identifie": True}, actor=keeper
    )
    assert Besoin.objects.recenses().count() == 1
    act(Diagnostic.objects.get(), "partager", keeper)
    assert Besoin.objects.recenses().count() == 2
    assert [v.numero for v in diagnostic.versions.all()] == [2, 1]


def test_taking_back_and_reopening_ask_for_a_reason(structure, keeper):
    diagnostic = diagnostic_of(structure, shared=True)
    with pytest.raises(InvalidInput, match="motif"):
        act(diagnostic, "reprendre", keeper)


def test_a_second_tab_shares_nothing_twice(structure, keeper):
    diagnostic = diagnostic_of(structure)
    act(diagnostic, "partager", keeper)
    with pytest.raises(StaleState):
        act(diagnostic, "partager", keeper)


# --- The structure's answer -----------------------------------------------------------------------------------------


def test_a_diagnostic_closes_when_the_structure_validated_what_was_shared_last(structure, keeper):
    diagnostic = diagnostic_of(structure, shared=True)
    with pytest.raises(ConditionsNotMet, match="conditions"):
        act(diagnostic, "clore", keeper)
    answer(diagnostic, keeper)
    assert act(diagnostic, "clore", keeper).state == "clos"


def test_a_validation_does_not_hold_for_what_is_shared_afterwards(structure, keeper):
    diagnostic = diagnostic_of(structure, shared=True)
    answer(diagnostic, keeper)
    diagnostic = act(diagnostic, "reprendre", keeper, reason="Un chiffre à corriger.")
    diagnostic = act(diagnostic, "partager", keeper)
    assert not diagnostic.is_validated
    with pytest.raises(ConditionsNotMet):
        act(diagnostic, "clore", keeper)


def test_a_structure_that_no_longer_answers_does_not_keep_a_diagnostic_open(structure, keeper):
    diagnostic = diagnostic_of(structure, shared=True)
    closed = act(diagnostic, "clore_sans_validation", keeper, reason="Trois relances sans réponse.")
    assert closed.state == "clos"
    assert "Trois relances" in journal.entries_for(closed).first().reason


def test_asking_for_changes_says_which(structure, keeper):
    diagnostic = diagnostic_of(structure, shared=True)
    with pytest.raises(InvalidInput, match="à modifier"):
        answer(diagnostic, keeper, "a_modifier")
    said = answer(diagnostic, keeper, "a_modifier", commentaires={"forces": "Aussi le lieu.", "inconnue": "x"})
    assert said.commentaires == {"forces": "Aussi le lieu."}
    assert not diagnostic.is_validated


def test_nobody_answers_to_what_is_not_shared(structure, keeper):
    with pytest.raises(InvalidInput, match="pas partagé"):
        answer(diagnostic_of(structure), keeper)


def test_the_journal_keeps_the_name_of_nobody_who_answered(structure, keeper):
    diagnostic = diagnostic_of(structure, shared=True)
    answer(diagnostic, keeper, commentaires={"forces": "Confidentiel."})
    entry = journal.entries_for(diagnostic).first()
    assert entry.verb == "structures.diagnostic_reponse"
    assert entry.changes["nom"] is None and entry.changes["commentaires"] is None


# --- Who ------------------------------------------------------------------------------------------------------------


def test_a_neighbour_dla_neither_reads_nor_writes(structure):
    diagnostic = diagnostic_of(structure)
    neighbour = member_actor(OrganisationFactory(region=structure.organisation.region))
    assert not Diagnostic.objects.visible_to(neighbour).exists()
    assert not Besoin.objects.visible_to(neighbour).exists()
    assert not permissions.can_view(neighbour, diagnostic)
    with pytest.raises(NotAllowed):
        services.create_diagnostic(structure, actor=neighbour)


@pytest.mark.parametrize(
    ("kind", "reads"), [("own", True), ("c2ra", True), ("far_c2ra", False), ("avise", True), ("cnar", False)]
)
def test_rows_and_predicate_give_the_same_answer(structure, kind, reads):
    from tests.factories import RegionFactory

    diagnostic = diagnostic_of(structure)
    region = structure.organisation.region
    actor = member_actor(
        {
            "own": lambda: structure.organisation,
            "c2ra": lambda: OrganisationFactory(c2ra=True, region=region),
            "far_c2ra": lambda: OrganisationFactory(c2ra=True, region=RegionFactory(bretagne=True)),
            "avise": lambda: OrganisationFactory(avise=True),
            "cnar": lambda: OrganisationFactory(cnar=True),
        }[kind]()
    )
    assert Diagnostic.objects.visible_to(actor).exists() is reads
    assert permissions.can_view(actor, diagnostic) is reads


def test_a_reader_of_the_dla_writes_nothing(structure):
    reader = member_actor(structure.organisation, role=Role.LECTURE)
    with pytest.raises(NotAllowed, match="lecture seule"):
        services.create_diagnostic(structure, actor=reader)


def test_a_structure_set_aside_starts_no_diagnostic(structure, keeper):
    from structures.annuaire.annuaire import STRUCTURES

    STRUCTURES.set_active(structure, False, actor=keeper, expected_version=None, reason="Dissoute.")
    structure.refresh_from_db()
    with pytest.raises(InvalidInput, match="retirée"):
        services.create_diagnostic(structure, actor=keeper)
