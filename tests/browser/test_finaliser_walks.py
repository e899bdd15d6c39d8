"""« Finaliser » walked whole: from the signed convention to the synthesis fixed, or to the updated plan.

What sixty structures did is written by the services; a person does each thing once. The prestataire, the structures and
the participants hold a phone of 360 px; one of them runs no JavaScript.
"""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from evaluation.questionnaires.models import Repondant
from evaluation.synthese.models import Synthese
from structures.plans.models import PlanAccompagnement
from tests.browser import evaluating, finish_worlds, finishing
from tests.browser.calling import enter

PREPARED = dt.date(2026, 11, 21)
SIGNED = dt.date(2027, 2, 15)
DESK, PHONE = 1280, 360


def test_the_slot_mission_is_followed_evaluated_and_told(somebody, moved):
    moved(PREPARED, 10)
    dossier = finish_worlds.slot_dossier()
    moved(SIGNED, 10)
    world = finish_worlds.slot_mission(dossier)
    she, he = somebody(DESK), somebody(PHONE)

    # --- The mission begins: a launch, a first day convened, who came
    moved(dt.date(2027, 2, 22), 9)
    enter(she, world.pilot, "Bonjour Camille")
    finishing.plan_and_convene(she, world)
    moved(dt.date(2027, 3, 9), 18)
    finish_worlds.held_launch(world)
    finishing.note_who_came(she, world)

    # --- It ends: what the prestataire returns, hands over, reports; what it is paid
    moved(dt.date(2027, 10, 15), 9)
    finish_worlds.all_but_the_last_stage(world)
    enter(he, world.nina, "Ce qui vous attend")
    finishing.return_a_stage(he, world, "Étape 5 : Module Loir-et-Cher", dt.date(2027, 10, 12))
    finishing.hand_over_a_production(he, "Recueil des schémas d’organisation")
    finishing.write_the_report(he, world)
    finishing.accept_the_report(she, world)
    finishing.ask_to_be_paid(he)
    finishing.pay(she, dt.date(2027, 10, 15))

    # --- It is evaluated: in the room, by the prestataire, by a structure
    evaluating.open_the_grid(she, world)
    address = evaluating.show_the_code(she)
    cher = finish_worlds.people_of(world, "Cher")
    maud, remi = somebody(PHONE), somebody(PHONE, javascript=False)
    evaluating.answer_in_the_room(maud, address, str(cher[0]), "Maud Essai")
    evaluating.answer_in_the_room(remi, address, str(cher[1]), "Rémi Essai")
    assert [one.page.evaluate("'htmx' in window") for one in (maud, remi)] == [True, False]
    finish_worlds.eight_more_answer(world)
    evaluating.watch_the_answers(she, "10 réponses en séance")
    she.follow("Grille d’évaluation et de suivi de l’ingénierie collective")
    evaluating.fill_the_first_part(she, evaluating.CONDITIONS_COLLECTIVE)
    evaluating.close_and_hand(she)
    row, said = "Qualité de l’animation du groupe", "Deux sous-groupes dès l’après-midi."
    evaluating.comment_and_give_back(he, world, "Grille d’évaluation et de suivi de l’ingénierie collective", row, said)
    evaluating.end_the_grid(she, said)
    evaluating.ask_about_results(she, somebody(PHONE), world)

    # --- It is told: the synthesis, and the gate
    evaluating.write_the_synthesis(she, world)
    finishing.follow_like(she, "pour passer à l’étape suivante$")
    evaluating.satisfied(she, "Le rapport final de chaque mission est reçu", "La synthèse de l’évaluation est faite")
    she.reads("1 rapport reçu le 15 octobre 2027, 1 accepté", "arrêtée le 15 octobre 2027")
    she.look("etape-finaliser")
    assert Synthese.objects.get(ingenierie=dossier).state == "arretee"
    assert Repondant.objects.filter(questionnaire__code="grille_collective", voie="salle").count() == 10


def test_a_single_structures_mission_goes_to_its_plan_updated(somebody, moved):
    moved(PREPARED, 10)
    world = finish_worlds.individual_dossier()
    moved(SIGNED, 10)
    finish_worlds.individual_mission(world)
    she, he = somebody(DESK), somebody(PHONE)

    # --- The fiche de suivi, from the start to the stage done
    moved(dt.date(2027, 3, 1), 9)
    enter(he, world.nina, "Ce qui vous attend")
    finishing.plan_on_the_phone(he, world)
    moved(dt.date(2027, 4, 5), 9)
    finishing.return_a_stage(he, world, "Étape 1 : Trois journées", dt.date(2027, 4, 2))
    finish_worlds.written_report(world)
    enter(she, world.pilot, "Bonjour Ysaline")
    finishing.accept_the_report(she, world)
    she.press("En faire une ligne de son plan d’accompagnement : préconisation 1")
    she.is_told("Les Fileuses : la préconisation est devenue une ligne de son plan d’accompagnement")

    # --- The grid: the chargé de mission, the structure by its link, the prestataire; given back
    evaluating.open_the_grid(she, world)
    evaluating.fill_the_first_part(she, evaluating.CONDITIONS_INDIVIDUELLE)
    evaluating.write_to(she, "Alix Modèle, Les Fileuses")
    evaluating.answer_by_link(
        somebody(PHONE),
        "fileuses@example.org",
        {
            "Méthodologie d’accompagnement adaptée": "Oui",
            "Qualité de l’appui pour l’appropriation des outils": "Non",
            "Qualité des échanges": "Oui",
            "Un plan de trésorerie tenu chaque mois": "Oui",
        },
        {"Commentaires du bénéficiaire : Qualité de l’appui": "Le tableau reste trop savant pour le bureau."},
    )
    she.page.reload()
    evaluating.close_and_hand(she)
    said = "Une version d’une page est en préparation."
    evaluating.comment_and_give_back(
        he, world, "Grille d’évaluation et de suivi de l’ingénierie individuelle", "Qualité des échanges", said
    )
    evaluating.end_the_grid(she, said)
    evaluating.restore(she)

    # --- What it changes: the plan, in one click; then the gate
    evaluating.carry_to_the_plan(she)
    she.page.goto(reverse("projects:detail", args=[world.dossier.pk]))
    she.follow("Prête pour l’étape suivante")
    evaluating.satisfied(
        she,
        "Le rapport final de la mission est reçu",
        "La mission est évaluée, et l’évaluation restituée au prestataire",
        "Le plan d’accompagnement est actualisé",
    )
    she.look("etape-finaliser-individuelle")
    plan = PlanAccompagnement.objects.get(structure=world.structure)
    assert plan.numero == 2
    told = " ".join(plan.lignes.values_list("difficulte", flat=True))
    assert "trop savant" in told and "point de trésorerie" in told
