"""What comes out of a questionnaire: exact, constant in queries, silent under the threshold."""

from __future__ import annotations

import copy

import pytest

from evaluation.questionnaires.depouillement import absents, depouille
from mobilisation.groupes.models import MembreGroupe
from tests.evaluation.resultats.results import all_of, answered, asked, at_finaliser, fresh, of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def opened(shared):
    return shared(lambda: asked(at_finaliser(structures=7, partners=True)))


@pytest.fixture
def questionnaire(db, opened):
    return copy.deepcopy(opened)


def test_counts_are_those_of_the_answers_that_were_sent(questionnaire):
    rows = of(questionnaire, "structure")
    for row, valeur in zip(rows, ("oui", "oui", "en_partie", "non"), strict=False):
        answered(questionnaire, row, {"r1_1": (valeur, "")})
    answered(questionnaire, rows[4], {"r1_1": ("non", "")}, sent=False)
    found = depouille(fresh(questionnaire)).question("r1_1")
    assert found.ensemble.par_valeur == {"oui": 2, "en_partie": 1, "non": 1}
    assert (found.numero, found.ensemble.total, found.ensemble.part("oui")) == ("1.1", 4, 50)


def test_a_group_under_the_threshold_is_not_told_apart(questionnaire):
    # Five structures are of « Nord », two of « Sud ».
    for row in of(questionnaire, "structure"):
        answered(questionnaire, row, {"r1_1": ("oui", "")})
    found = depouille(fresh(questionnaire)).question("r1_1")
    # Told apart, « Nord » would give « Sud » by subtraction.
    assert found.par_groupe == []
    assert found.groupes_tus == 2
    assert found.ensemble.total == 7


def test_groups_above_the_threshold_are_told_apart():
    questionnaire = asked(at_finaliser(structures=6))
    rows = of(questionnaire, "structure")
    for row in rows[:4]:
        answered(questionnaire, row, {"r1_1": ("oui", "")})
    found = depouille(fresh(questionnaire)).question("r1_1")
    assert [(g.label, g.total) for g in found.par_groupe] == [("Nord", 4)]
    assert found.groupes_tus == 0
    answered(questionnaire, rows[4], {"r1_1": ("non", "")})
    # One answer of « Sud »: it is not shown, and « Nord » with it.
    assert depouille(fresh(questionnaire)).question("r1_1").par_groupe == []


def test_texts_say_who_speaks_and_hide_it_from_the_prestataire(questionnaire):
    row = of(questionnaire, "structure")[0]
    answered(questionnaire, row, {"r1_1": ("oui", "Un plan.")})
    cnar = of(questionnaire, "cnar")[0]
    answered(questionnaire, cnar, {"r2_1": ("", "Oui, vraiment.")})
    found = depouille(fresh(questionnaire))
    assert [t.qui for t in found.question("r1_1").textes] == ["Association 00"]
    assert list(found.question("r2_1").textes_par_sorte) == ["CNAR"]
    hidden = depouille(fresh(questionnaire), pour_prestataire=True)
    assert [t.qui for t in hidden.question("r1_1").textes] == ["une structure"]


def test_only_some_texts_are_quoted_on_demand(questionnaire):
    for row in of(questionnaire, "structure"):
        answered(questionnaire, row, {"r1_1": ("oui", f"Dit {row.pk}")})
    found = depouille(fresh(questionnaire), textes=3).question("r1_1")
    assert (len(found.textes), found.nb_textes) == (3, 7)
    assert depouille(fresh(questionnaire), code="r1_1").questions[0].nb_textes == 7


def test_who_has_not_answered_is_known(questionnaire):
    first, *others = of(questionnaire, "structure")
    answered(questionnaire, first, {"r1_1": ("oui", "")})
    missing = {row.pk for row in absents(questionnaire)}
    assert first.pk not in missing
    assert {row.pk for row in others} < missing


def test_as_many_queries_for_one_answer_as_for_seven(questionnaire, count_queries):
    rows = of(questionnaire, "structure")
    answered(questionnaire, rows[0], all_of(questionnaire, "structure", texte="Dit."))
    one = fresh(questionnaire)
    first = count_queries(lambda: depouille(one, textes=3))
    for row in rows[1:]:
        answered(questionnaire, row, all_of(questionnaire, "structure", texte="Dit."))
    all_seven = fresh(questionnaire)
    assert count_queries(lambda: depouille(all_seven, textes=3)) == first <= 3


def test_structures_without_a_group_are_not_found_by_subtraction(questionnaire):
    # The two of « Sud » left their group; one of them answers.
    rows = of(questionnaire, "structure")
    MembreGroupe.objects.filter(structure_ciblee__in=[row.structure_id for row in rows[5:]]).delete()
    for row in rows[:6]:
        answered(questionnaire, row, {"r6_1": ("oui" if row is not rows[5] else "non", "")})
    found = depouille(fresh(questionnaire)).question("r6_1")
    assert (found.par_groupe, found.ensemble.total) == ([], 6)
    MembreGroupe.objects.filter(structure_ciblee=rows[4].structure_id).delete()
    MembreGroupe.objects.filter(structure_ciblee=rows[3].structure_id).delete()
    assert depouille(fresh(questionnaire)).question("r6_1").par_groupe == []
    answered(questionnaire, rows[6], {"r6_1": ("oui", "")})
    # Three in « Nord » and four of none: now « Nord » is the one under the threshold.
    assert depouille(fresh(questionnaire)).question("r6_1").groupes_tus == 1


def test_beyond_the_team_texts_of_one_person_do_not_follow_one_another(questionnaire):
    rows = of(questionnaire, "structure")[:2]
    for row, one, two in ((rows[0], "B un", "A deux"), (rows[1], "A un", "B deux")):
        answered(questionnaire, row, {"r1_1": ("oui", one), "r1_2": ("oui", two)})
    found = depouille(fresh(questionnaire), pour_prestataire=True)
    assert [t.texte for t in found.question("r1_1").textes] == ["A un", "B un"]
    assert [t.texte for t in found.question("r1_2").textes] == ["A deux", "B deux"]
