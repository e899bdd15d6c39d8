"""A questionnaire is prepared, adapted until the first answer, opened, closed, opened again."""

from __future__ import annotations

import copy

import pytest

from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed
from evaluation.questionnaires import services
from evaluation.questionnaires.contenu import lignes_for, questions_for
from evaluation.questionnaires.models import ModeleQuestionnaire, Questionnaire
from tests.evaluation.world import RESULTATS, SYSTEM, acted, link_of, opened, prepared, repondant


def contenu_sans(questionnaire: Questionnaire, code: str) -> dict:
    """Its content with one question put aside."""
    found = copy.deepcopy(questionnaire.contenu)
    for partie in found["parties"]:
        for question in partie["questions"]:
            if question["code"] == code:
                question["ecartee"] = "Sans objet ici."
    return found


def test_it_is_prepared_with_those_whom_the_dossier_knows(world):
    q = prepared(world)
    asked = list(q.repondants.values_list("sorte", "organisme", "email"))
    assert ("structure", "Les Jardins du lac", "jardins@example.org") in asked
    assert ("structure", "Atelier du fleuve", "atelier@example.org") in asked
    assert ("charge_mission", str(world.ingenierie.pilote), "") in asked
    assert ("prestataire", str(world.convention.choix.prestataire), "") in asked
    assert not services.add_known(q, SYSTEM)


def test_it_is_prepared_once_a_mission(world):
    prepared(world)
    with pytest.raises(InvalidInput, match="existe déjà"):
        prepared(world)
    assert services.prepare(world.ingenierie, "essai", SYSTEM, convention=world.convention, mois=6).mois == 6


def test_it_is_prepared_for_a_signed_mission_of_this_ingenierie(world):
    with pytest.raises(InvalidInput, match="quelle mission"):
        services.prepare(world.ingenierie, "essai", SYSTEM)
    with pytest.raises(InvalidInput, match="n’existe pas"):
        services.prepare(world.ingenierie, "inconnu", SYSTEM, convention=world.convention)


def test_only_the_team_prepares(world):
    with pytest.raises(NotAllowed):
        services.prepare(world.ingenierie, "essai", world.actor(world.lecteur), convention=world.convention)
    with pytest.raises(NotAllowed):
        services.prepare(world.ingenierie, "essai", world.prestataire, convention=world.convention)
    assert services.prepare(world.ingenierie, "essai", world.equipe, convention=world.convention)


def test_each_is_asked_what_concerns_it(world):
    q = prepared(world)
    assert list(lignes_for(q, "charge_mission")) == ["e1a", "e1b"]
    of_structure = list(lignes_for(q, "structure"))
    assert "e2b" not in of_structure and "e2d" in of_structure
    assert "e2d" not in lignes_for(q, "participant") and "e2b" in lignes_for(q, "participant")


def test_expected_results_of_the_diffused_cahier_are_rows(world):
    q = prepared(world)
    rows = {code: ligne.texte for code, ligne in lignes_for(q, "structure").items() if code.startswith("e2f:")}
    assert rows == {"e2f:1": f"Résultat : {RESULTATS[0]}", "e2f:2": f"Résultat : {RESULTATS[1]}"}


def test_what_hangs_on_several_days_is_left_out_of_a_single_one(world):
    q = prepared(world)
    details = lignes_for(q, "structure")["e2a"].details
    assert details == ("rythme", "prise en compte des réalités") and "e2c" in lignes_for(q, "structure")
    q.convention.jours = 1
    assert lignes_for(q, "structure")["e2a"].details == ("prise en compte des réalités",)
    assert "e2c" not in lignes_for(q, "structure")


def test_what_was_asked_at_the_opening_is_asked_until_the_end(world):
    q = opened(world)
    before = lignes_for(q, "structure")
    q = Questionnaire.objects.get(pk=q.pk)
    q.convention.jours = 1
    assert lignes_for(q, "structure") == before


def test_it_is_adapted_until_the_first_answer(world):
    q = opened(world)
    done = services.adapt(q, contenu_sans(q, "e2a"), world.equipe, q.version)
    assert "e2a" not in lignes_for(done, "structure")
    with pytest.raises(EditConflict):
        services.adapt(q, contenu_sans(q, "e2c"), world.equipe, q.version)
    q = Questionnaire.objects.get(pk=q.pk)
    row = repondant(q, "charge_mission")
    services.answer(row, {"e1a": ("oui", "")}, SYSTEM, False)
    with pytest.raises(NotAllowed, match="ne changent plus"):
        services.adapt(q, contenu_sans(q, "e2c"), world.equipe, q.version)


def test_an_adaptation_that_cannot_be_asked_is_refused(world):
    q = prepared(world)
    with pytest.raises(InvalidInput, match="Dites qui répond"):
        services.adapt(q, {**q.contenu, "repondants": []}, world.equipe, q.version)


def test_it_closes_with_an_answer_and_opens_again_with_a_reason(world):
    q = opened(world)
    with pytest.raises(ConditionsNotMet) as refused:
        acted(q, "clore")
    assert "Aucune réponse" in refused.value.reasons[0]
    services.answer(repondant(q, "charge_mission"), {"e1a": ("oui", "")}, world.equipe, True)
    closed = acted(q, "clore", world.equipe)
    assert closed.state == "clos" and closed.clos_at
    with pytest.raises(NotAllowed, match="closes"):
        services.answer(repondant(closed, "charge_mission"), {"e1a": ("non", "")}, world.equipe, True)
    with pytest.raises(InvalidInput, match="motif"):
        acted(closed, "rouvrir", world.equipe)
    again = acted(closed, "rouvrir", world.equipe, "Une structure a été oubliée.")
    assert again.is_open and again.clos_at is None


def test_only_the_team_acts_on_its_life(world):
    q = prepared(world)
    for who in (world.actor(world.lecteur), world.prestataire):
        with pytest.raises(NotAllowed):
            acted(q, "ouvrir", who)
    assert acted(q, "ouvrir", world.equipe).is_open


def test_a_model_of_ones_organisation_is_used_again(world):
    q = prepared(world)
    services.adapt(q, contenu_sans(q, "e2a"), world.equipe, q.version)
    kept = services.keep_modele(Questionnaire.objects.get(pk=q.pk), "Notre trame", world.equipe)
    with pytest.raises(InvalidInput, match="porte déjà ce nom"):
        services.keep_modele(q, "Notre trame", world.equipe)
    made = services.prepare(world.ingenierie, "essai", world.equipe, world.convention, mois=12, modele=kept)
    assert "e2a" not in lignes_for(made, "structure")
    services.drop_modele(kept, world.equipe)
    assert not ModeleQuestionnaire.objects.exists()


def test_who_is_asked_is_of_this_ingenierie_and_asked_once(world):
    q = prepared(world)
    with pytest.raises(InvalidInput, match="cette sorte"):
        repondant(q, "c2ra", nom="Sam")
    with pytest.raises(InvalidInput, match="Dites qui répond"):
        repondant(q, "participant", email="sam@example.org")
    added = repondant(q, "participant", nom="Sam", structure=world.structures[0], email="Sam@Example.org")
    assert (added.organisme, added.email) == ("Les Jardins du lac", "sam@example.org")
    with pytest.raises(InvalidInput, match="déjà"):
        repondant(q, "participant", nom="Sam", email="sam@example.org")


def test_who_answered_is_not_removed(world):
    q = opened(world)
    row = repondant(q, "charge_mission")
    services.answer(row, {"e1a": ("oui", "")}, world.equipe, False)
    with pytest.raises(NotAllowed, match="ne se retire pas"):
        services.remove_repondant(row, world.equipe)
    other = repondant(q, "participant", nom="Sam", email="sam@example.org")
    link_of(other)
    services.remove_repondant(other, world.equipe)
    assert not q.repondants.filter(pk=other.pk).exists()


def test_the_parts_are_read_whole_by_the_team(world):
    q = prepared(world)
    assert [partie.code for partie in questions_for(q, "")] == ["1", "2", "3"]
