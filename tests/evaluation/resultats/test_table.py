"""« La question des résultats » is the table of fiche pratique 6, tick by tick."""

from __future__ import annotations

from collections import Counter

from evaluation.questionnaires.definitions import DEFINITIONS

DEFINITION = DEFINITIONS["question_resultats"]


def _sources(code: str) -> set[str]:
    part = next(p for p in DEFINITION.parties if any(q.code == code for q in p.questions))
    return set(DEFINITION.answers(DEFINITION.question(code), part))


def test_eight_groups_and_thirty_questions():
    assert [len(part.questions) for part in DEFINITION.parties] == [10, 2, 4, 3, 4, 3, 2, 2]
    assert [part.code for part in DEFINITION.parties] == list("12345678")


def test_every_source_has_its_ticks():
    ticks = Counter(
        sorte for part in DEFINITION.parties for q in part.questions for sorte in DEFINITION.answers(q, part)
    )
    # The lead-in line of the first group is ticked for the structures too.
    lead_in = [part for part in DEFINITION.parties if part.introduction]
    assert [(part.code, part.repondants) for part in lead_in] == [("1", ("structure",))]
    ticks.update(sorte for part in lead_in for sorte in part.repondants)
    assert ticks == {"structure": 20, "c2ra": 12, "cnar": 9, "prestataire": 15, "autre": 10, "dla": 16}


def test_the_self_evaluation_says_its_nature():
    natures = Counter(q.nature["dla"] for q in DEFINITION.questions if "dla" in _sources(q.code))
    assert natures == {"D": 10, "AP": 5, "A": 1}
    assert all("dla" in _sources(q.code) for q in DEFINITION.questions if q.nature)


def test_the_ticks_of_a_few_rows():
    partners = {"c2ra", "cnar", "prestataire", "autre"}
    assert _sources("r2_1") == partners
    assert _sources("r4_2") == {"prestataire", "dla"}
    assert _sources("r5_4") == partners | {"structure", "dla"}
    assert _sources("r7_1") == {"c2ra", "prestataire", "dla"}
    assert _sources("r8_1") == {"c2ra", "prestataire", "autre", "dla"}
    assert _sources("r8_2") == partners | {"dla"}


def test_the_prestataire_reads_the_variant_of_001():
    parts = [
        part for part in DEFINITION.parties if any("prestataire" in DEFINITION.answers(q, part) for q in part.questions)
    ]
    assert [part.code for part in parts] == list("245678")
    group, question = DEFINITION.parties[4], DEFINITION.question("r5_1")
    assert "l’efficience des partenariats" in group.titre_for("prestataire")
    assert "l’efficacité des partenariats" in group.titre_for("c2ra")
    assert question.texte_for("prestataire").startswith("De quelle manière les prestataires ")
    assert question.texte_for("cnar").startswith("De quelle manière les partenaires ")


def test_structures_choose_the_others_write():
    for question in DEFINITION.questions:
        for sorte in _sources(question.code):
            expected = "oui_en_partie_non" if sorte == "structure" else "texte"
            assert question.forme_for(sorte) == expected, (question.code, sorte)


def test_the_follow_up_asks_the_indicators_of_the_diagnostic():
    asked = {q.indicateur for q in DEFINITIONS["suivi"].questions if q.indicateur}
    assert asked == {"etp", "salaries", "benevoles", "budget", "financements", "perspectives"}
