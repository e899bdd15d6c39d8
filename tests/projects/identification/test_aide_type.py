"""The aid to choose a type says what fiche pratique 2 says, and what each fiche expérience shows."""

from __future__ import annotations

import pytest

from projects.enums import TypeIngenierie
from projects.identification.aide_type import Attendu, Besoin, experiences, suggest_type
from projects.methodologie import methodology


@pytest.mark.parametrize("experience", experiences(), ids=lambda e: e.titre)
def test_each_fiche_experience_answers_the_aid_with_its_own_type(experience):
    assert suggest_type(experience.besoin, experience.attendu).type == experience.type


@pytest.mark.django_db
def test_the_six_examples_are_those_that_the_fiches_tell():
    told = {
        fiche.code: {s["title"] for s in fiche.sections}
        for fiche in methodology.get(methodology.current_id()).fiches.values()
    }
    assert len(experiences()) == 6
    assert {e.type for e in experiences()} == set(TypeIngenierie.values)
    for example in experiences():
        assert any(example.titre.lower() in title.lower() for title in told[example.fiche]), example.titre


@pytest.mark.parametrize("attendu", Attendu.values)
def test_a_need_of_one_structure_opens_an_individuelle_whatever_is_expected(attendu):
    found = suggest_type(Besoin.PROPRE, attendu)
    assert found.individuelle and found.type == ""


def test_a_common_need_with_nothing_to_produce_asks_again():
    found = suggest_type(Besoin.COMMUN, Attendu.APPRENDRE)
    assert found.type == "" and not found.individuelle and "Répondez de nouveau" in found.why


@pytest.mark.parametrize("besoin", [Besoin.SEMBLABLE, Besoin.COMMUN])
def test_something_to_produce_is_an_accompaniment(besoin):
    for attendu in (Attendu.CHACUNE, Attendu.ENSEMBLE, Attendu.LES_DEUX):
        assert suggest_type(besoin, attendu).type not in ("", TypeIngenierie.REPONSE_COLLECTIVE)
    assert suggest_type(Besoin.SEMBLABLE, Attendu.APPRENDRE).type == TypeIngenierie.REPONSE_COLLECTIVE
