"""A questionnaire is data: what cannot be asked is refused, in sentences, when it is loaded or adapted."""

from __future__ import annotations

import copy

import pytest
import yaml

from core.errors import InvalidInput
from evaluation.questionnaires.definitions import DEFINITIONS, charger, lire
from tests.evaluation.world import ESSAI


@pytest.fixture
def raw():
    return yaml.safe_load(ESSAI.read_text(encoding="utf-8"))


def question(raw, code):
    return next(q for partie in raw["parties"] for q in partie["questions"] if q["code"] == code)


def test_what_is_kept_of_it_says_the_same(raw):
    read = lire(raw)
    assert lire(read.contenu()) == read
    assert lire(yaml.safe_load(yaml.safe_dump(read.contenu()))) == read


def test_the_definitions_of_the_repository_are_read():
    assert all(code == found.code and found.questions for code, found in DEFINITIONS.items())


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda raw: raw.update(code="Essai !"), "Le code du questionnaire"),
        (lambda raw: raw.update(portee="région"), "La portée « région » est inconnue"),
        (lambda raw: raw.update(parties=[]), "au moins une question"),
        (lambda raw: raw.update(repondants=[]), "Dites qui répond"),
        (lambda raw: raw["repondants"][0].update(voies=["pigeon"]), "« pigeon » est inconnu"),
        (lambda raw: raw["repondants"].pop(1), "« structure » n’est pas parmi ceux qui répondent"),
        (lambda raw: question(raw, "e1a").update(forme="roman"), "la forme « roman » est inconnue"),
        (lambda raw: question(raw, "e1a").update(texte=""), "écrivez la question"),
        (lambda raw: question(raw, "e1b").update(code="e1a"), "« e1a » est écrite deux fois"),
        (lambda raw: question(raw, "e1b").update(si={"question": "zz", "valeur": "non"}), "pas une autre question"),
        (lambda raw: question(raw, "e1b")["si"].update(valeur="peut-être"), "n’est pas une réponse à « e1a »"),
        (lambda raw: question(raw, "e2c").update(quand="beau_temps"), "« beau_temps » n’est pas connu"),
        (lambda raw: question(raw, "e2d").update(choix=["un seul"]), "au moins deux choix"),
        (lambda raw: question(raw, "e2d").update(choix=["a" * 61, "b"]), "de 1 à 60 signes"),
        (lambda raw: question(raw, "e2a").update(couleur="bleu"), "couleur : inconnu"),
        (lambda raw: raw["commentateurs"][0].update(parties=["9"]), "« 9 » est inconnu"),
        (lambda raw: raw.update(parties="rien"), "une liste est attendue"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_a_sentence(raw, spoil, said):
    lire(copy.deepcopy(raw))
    spoil(raw)
    with pytest.raises(InvalidInput) as refused:
        lire(raw)
    assert said in refused.value.sentence


def test_a_faulty_file_is_named(tmp_path):
    (tmp_path / "faux.yaml").write_text("code: faux\ntitre: Faux\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"faux\.yaml : Un questionnaire pose au moins une question"):
        charger(tmp_path)


def test_all_the_faults_are_said_at_once(raw):
    question(raw, "e1a")["forme"] = "roman"
    question(raw, "e2d")["choix"] = ["un seul"]
    with pytest.raises(InvalidInput) as refused:
        lire(raw)
    assert len(refused.value.reasons) >= 2
