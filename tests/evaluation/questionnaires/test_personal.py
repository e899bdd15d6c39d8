"""Who answered is told what is held; a name goes when it is asked, or when its term has come; the answer stays."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from accounts.models import Grant
from accounts.personal import gather
from core import clock
from core.echeances import Window
from core.errors import NotAllowed
from core.models import JournalEntry
from evaluation.questionnaires import services
from evaluation.questionnaires.documents import build_vierge
from evaluation.questionnaires.echeances import _reponses
from evaluation.questionnaires.personal import erase_old, forget
from tests.evaluation.world import SYSTEM, acted, link_of, opened, repondant
from tests.factories import UserFactory


def answered(world):
    q = opened(world)
    row = repondant(q, "participant", nom="Camille Sansnom", fonction="Direction", email="camille@example.org")
    actor, _ = link_of(row)
    services.answer(
        row, {"e2a": ("oui", "Très utile")}, actor, True, details={"nom": "Camille S.", "nom_visible": True}
    )
    row.refresh_from_db()
    return row


def test_what_was_answered_under_an_address_is_given_with_what_is_held_of_it(world):
    answered(world)
    person = UserFactory(email="Camille@example.org")
    section = next(s for s in gather(person) if s.title == "Réponses à des questionnaires d’évaluation")
    assert section.rows[0]["réponses"] == {"Méthodologie adaptée": ["Oui", "Très utile"]}
    other = next(s for s in gather(UserFactory()) if s.title == section.title)
    assert other.rows == []


def test_a_name_is_erased_and_its_answer_stays(world):
    row = answered(world)
    with pytest.raises(NotAllowed):
        forget(row, world.prestataire)
    done = forget(row, world.equipe, row.version)
    assert (done.nom, done.fonction, done.email, done.nom_visible) == ("", "", "", False)
    assert services.valeurs_of(done) == {"e2a": ("oui", "Très utile")}
    assert not Grant.objects.filter(recipient_email="camille@example.org").exists()
    assert done.qui == "participant"


def test_a_name_is_erased_from_its_page(client_for, world):
    row = answered(world)
    args = [world.ingenierie.pk, row.questionnaire_id, row.pk]
    client = client_for(world.charge)
    assert "Effacer son nom" in client.get(reverse("evaluation:repondant", args=args)).text
    gone = client.post(reverse("evaluation:repondant_oublier", args=args), {"version": row.version}, follow=True)
    assert "Camille S." not in gone.text and "Très utile" in gone.text and "Effacer son nom" not in gone.text


def test_names_go_by_themselves_when_their_term_has_come(world):
    row = answered(world)
    assert erase_old(36) == 0
    with clock.replay(clock.now() + dt.timedelta(days=3 * 366)):
        assert erase_old(36) >= 1
        assert erase_old(36) == 0
    row.refresh_from_db()
    assert row.nom == "" and row.reponses.count() == 1
    assert JournalEntry.objects.filter(verb="evaluation.nom_efface", actor_kind="system").exists()


def test_the_date_when_answers_are_expected_is_in_the_echeancier(world):
    q = opened(world)
    services.update(q, {"echeance": clock.today() + dt.timedelta(days=5)}, world.equipe, q.version)
    window = Window(clock.today(), clock.today() + dt.timedelta(days=30), world.ingenierie.pk)
    (line,) = _reponses(world.equipe, window)
    assert "4 réponses attendues" in line.title.replace("\xa0", " ") and not line.done
    services.answer(repondant(q, "charge_mission"), {"e1a": ("oui", "")}, SYSTEM, True)
    q.refresh_from_db()
    acted(q, "clore")
    (line,) = _reponses(world.equipe, window)
    assert line.done


def test_the_paper_asks_those_who_may_answer_on_paper(world):
    q = opened(world)
    built = build_vierge(q.pk, SYSTEM)
    titles = [section["titre"] for section in built.context["sections"]]
    assert titles == ["Répond : structure", "Répond : participant"]
    rows = built.context["sections"][0]["parties"][0]["rows"]
    assert rows[0]["choix"] == ["Oui", "En partie", "Non"] and rows[0]["details"]


def test_the_tab_says_how_many_have_answered(client_for, world):
    q = opened(world)
    services.answer(repondant(q, "charge_mission"), {"e1a": ("oui", "")}, SYSTEM, True)
    page = client_for(world.charge).get(reverse("evaluation:evaluation", args=[world.ingenierie.pk])).text
    assert "1/4" in page


def test_an_erased_name_does_not_let_the_phone_answer_twice(world):
    q = opened(world)
    told = {"organisme": "Les Jardins du lac", "nom": "Camille Sansnom"}
    row = services.answer_in_room(q, {"e2a": ("oui", "")}, told, "a" * 64)
    row.questionnaire = q
    done = forget(row, world.equipe)
    assert done.nom == ""
    with pytest.raises(services.DejaRepondu):
        services.answer_in_room(q, {"e2a": ("non", "")}, told, "a" * 64)
