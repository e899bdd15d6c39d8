"""From an answer to a need of the radar."""

from __future__ import annotations

import copy

import pytest

from core.errors import InvalidInput, NotAllowed
from evaluation.questionnaires.models import Reponse
from evaluation.resultats.models import BesoinReleve
from evaluation.resultats.services import besoins
from projects.structures_ciblees.models import StructureCiblee
from structures.diagnostics.models import Besoin, Diagnostic
from tests.evaluation.resultats.results import answered, asked, at_finaliser, fresh, of
from tests.factories import TypePrestationFactory, diagnostic_of, member_actor

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def told(shared):
    return shared(_world)


@pytest.fixture
def world(db, told):
    return copy.deepcopy(told)


def _world():
    questionnaire = asked(at_finaliser(structures=2, partners=True))
    structure = of(questionnaire, "structure")[0]
    answered(questionnaire, structure, {"r6_2": ("oui", "Former les trésoriers."), "r1_1": ("oui", "")})
    answered(questionnaire, of(questionnaire, "c2ra")[0], {"r7_2": ("", "Un local partagé.")})
    return fresh(questionnaire)


def answer(questionnaire, code: str) -> Reponse:
    return Reponse.objects.select_related("repondant__questionnaire__ingenierie__pilote").get(
        repondant__questionnaire=questionnaire, code=code
    )


def values(**more):
    told = {"type_prestation": TypePrestationFactory(), "priorite": 2, "exprime": True, "identifie": False}
    return {**told, "texte": "Former les trésoriers.", **more}


def test_one_click_inscribes_it_in_the_diagnostic_under_way(world):
    actor = member_actor(world.ingenierie.pilote)
    reponse = answer(world, "r6_2")
    ciblee = reponse.repondant.structure
    known = diagnostic_of(ciblee.structure)
    made = besoins.relever(reponse, ciblee, values(), actor=actor)
    assert made.besoin.diagnostic_id == known.pk
    assert (made.questionnaire_id, made.code, made.repondant_id) == (world.pk, "r6_2", reponse.repondant_id)


def test_without_any_diagnostic_one_begins(world):
    reponse = answer(world, "r7_2")
    ciblee = StructureCiblee.objects.filter(ingenierie=world.ingenierie).last()
    besoins.relever(reponse, ciblee, values(exprime=False, identifie=True), actor=member_actor(world.ingenierie.pilote))
    assert Diagnostic.objects.get(structure=ciblee.structure).besoins.count() == 1


def test_the_same_answer_gives_a_structure_one_need(world):
    actor = member_actor(world.ingenierie.pilote)
    reponse = answer(world, "r7_2")
    first, second = StructureCiblee.objects.filter(ingenierie=world.ingenierie)
    besoins.relever(reponse, first, values(), actor=actor)
    with pytest.raises(InvalidInput, match="déjà relevé"):
        besoins.relever(reponse, first, values(), actor=actor)
    # A collective need is that of several structures.
    besoins.relever(reponse, second, values(), actor=actor)
    assert BesoinReleve.objects.count() == 2


def test_only_the_keeper_of_the_diagnostics_writes_there(world):
    reponse = answer(world, "r7_2")
    ciblee = StructureCiblee.objects.filter(ingenierie=world.ingenierie).first()
    with pytest.raises(NotAllowed):
        besoins.relever(reponse, ciblee, values(), actor=member_actor())
    associate = member_actor()
    world.ingenierie.associes.add(associate.organisation)
    assert besoins.possibles(world, associate) == []
    again = copy.copy(reponse)
    with pytest.raises(NotAllowed, match="est tenu par"):
        besoins.relever(again, ciblee, values(), actor=associate)
    assert not Besoin.objects.exists()


def test_only_the_questions_about_needs_say_one(world):
    ciblee = StructureCiblee.objects.filter(ingenierie=world.ingenierie).first()
    with pytest.raises(InvalidInput, match="ne dit pas un besoin"):
        besoins.relever(answer(world, "r1_1"), ciblee, values(), actor=member_actor(world.ingenierie.pilote))
