"""A project chooses what it asks, before the first answer."""

from __future__ import annotations

import copy

import pytest

from core.errors import EditConflict, InvalidInput, NotAllowed
from evaluation.questionnaires import services as asking
from evaluation.questionnaires.contenu import lignes_for
from evaluation.questionnaires.models import Questionnaire
from evaluation.resultats.enums import RESULTATS
from evaluation.resultats.services import adaptation
from evaluation.resultats.services.adaptation import Choix
from mobilisation.projet.models import CadreEvaluation
from tests.evaluation.resultats.results import SYSTEM, answered, asked, at_finaliser, fresh, of
from tests.factories import member_actor

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def prepared(shared) -> Questionnaire:
    return shared(lambda: asked(at_finaliser(structures=2, partners=True), opened=False))


@pytest.fixture
def questionnaire(db, prepared) -> Questionnaire:
    return copy.deepcopy(prepared)


def question(questionnaire: Questionnaire, code: str) -> dict:
    return next(q for p in questionnaire.contenu["parties"] for q in p["questions"] if q["code"] == code)


def test_a_question_is_put_aside_with_its_reason(questionnaire):
    sources = tuple(question(questionnaire, "r1_8")["repondants"])
    made = adaptation.adapter(
        questionnaire, {"r1_8": Choix(sources, "Hors du sujet.")}, actor=SYSTEM, version=questionnaire.version
    )
    assert question(made, "r1_8")["ecartee"] == "Hors du sujet."
    assert "r1_8" not in lignes_for(fresh(made), "structure")
    assert "r1_7" in lignes_for(fresh(made), "structure")


def test_a_question_asked_of_nobody_says_why(questionnaire):
    with pytest.raises(InvalidInput, match="pourquoi vous l’écartez"):
        adaptation.adapter(questionnaire, {"r1_8": Choix()}, actor=SYSTEM, version=questionnaire.version)


def test_a_source_that_is_added_answers_in_words(questionnaire):
    made = adaptation.adapter(
        questionnaire, {"r3_3": Choix(("structure", "cnar"))}, actor=SYSTEM, version=questionnaire.version
    )
    assert lignes_for(fresh(made), "cnar")["r3_3"].forme == "texte"
    assert lignes_for(fresh(made), "structure")["r3_3"].forme == "oui_en_partie_non"


def test_whom_nothing_is_asked_any_more_leaves_and_comes_back(questionnaire):
    assert of(questionnaire, "cnar")
    without = {
        q["code"]: Choix(tuple(s for s in q["repondants"] if s != "cnar"))
        for p in questionnaire.contenu["parties"]
        for q in p["questions"]
    }
    made = adaptation.adapter(questionnaire, without, actor=SYSTEM, version=questionnaire.version)
    assert not of(made, "cnar")
    assert of(made, "c2ra")
    adaptation.adapter(fresh(made), {"r8_2": Choix(("cnar",))}, actor=SYSTEM, version=made.version)
    assert of(made, "cnar")


def test_a_question_of_its_own_is_added_and_taken_away(questionnaire):
    made = adaptation.ajouter_question(
        questionnaire, actor=SYSTEM, partie="4", texte="Et le numérique ?", forme="choix", sources=("structure",),
        choix=("Beaucoup", "Un peu"),
    )  # fmt: skip
    assert lignes_for(fresh(made), "structure")["propre_1"].texte == "Et le numérique ?"
    made = adaptation.retirer_question(fresh(made), "propre_1", actor=SYSTEM)
    assert "propre_1" not in lignes_for(fresh(made), "structure")
    with pytest.raises(InvalidInput, match="s’écarte"):
        adaptation.retirer_question(fresh(made), "r4_1", actor=SYSTEM)


def test_nothing_changes_once_somebody_began_to_answer(questionnaire):
    opened = asking.perform_action(questionnaire, "ouvrir", actor=SYSTEM, expected_state="preparation")
    # Open, but nobody answered: it may still change.
    opened = adaptation.adapter(
        fresh(opened), {"r1_1": Choix(("structure",), "Plus tard.")}, actor=SYSTEM, version=opened.version
    )
    opened = fresh(opened)
    answered(opened, of(opened, "structure")[0], {"r1_2": ("oui", "")}, sent=False)
    with pytest.raises(NotAllowed, match="ne changent plus"):
        adaptation.adapter(fresh(opened), {"r1_2": Choix(("structure",))}, actor=SYSTEM, version=None)


def test_two_people_adapting_at_once_do_not_lose_each_other(questionnaire):
    adaptation.adapter(
        questionnaire, {"r1_1": Choix(("structure",), "Non.")}, actor=SYSTEM, version=questionnaire.version
    )
    with pytest.raises(EditConflict):
        adaptation.adapter(
            questionnaire, {"r1_2": Choix(("structure",), "Non.")}, actor=SYSTEM, version=questionnaire.version
        )


def test_it_begins_from_the_framework_of_the_evaluation():
    ingenierie = at_finaliser(structures=2, partners=True)
    CadreEvaluation.objects.create(ingenierie=ingenierie, participation_structures="Un questionnaire à chacune.")
    made = asked(ingenierie, opened=False)
    assert question(made, "r1_1")["repondants"] == ["structure"]
    assert question(made, "r5_4")["repondants"] == ["structure", "dla"]
    assert question(made, "r2_1")["ecartee"] == adaptation.HORS_CADRE
    assert {row.sorte for row in made.repondants.all()} == {"structure", "dla"}


def test_a_framework_that_says_nothing_of_who_takes_part_leaves_all():
    ingenierie = at_finaliser(structures=1, partners=True)
    CadreEvaluation.objects.create(ingenierie=ingenierie, objet="Les effets.")
    made = asked(ingenierie, opened=False)
    assert not [q for p in made.contenu["parties"] for q in p["questions"] if q.get("ecartee")]
    assert {row.sorte for row in made.repondants.all()} == {"structure", "c2ra", "cnar", "prestataire", "autre", "dla"}


def test_a_dla_starts_another_from_its_model():
    first = at_finaliser(structures=1)
    actor = member_actor(first.pilote)
    made = asked(first, opened=False, actor=actor)
    made = adaptation.adapter(made, {"r1_1": Choix(("structure",), "Jamais.")}, actor=actor, version=made.version)
    modele = asking.keep_modele(fresh(made), "Le nôtre", actor)
    assert adaptation.modeles_of(actor) == [modele]
    assert adaptation.modeles_of(member_actor()) == []
    other = asking.prepare(at_finaliser(first.pilote, structures=1), RESULTATS, actor, modele=modele)
    assert question(other, "r1_1")["ecartee"] == "Jamais."
