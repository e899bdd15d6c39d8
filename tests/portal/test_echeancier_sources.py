"""Meetings, their decisions, sessions of the comité and plans in the échéancier: whose they are, when they leave."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import models
from icalendar import Calendar

from core.actor import Actor
from core.echeances import Window
from engagement.comite.enums import EtatSeance
from engagement.comite.models import SeanceComite
from engagement.comite.services.seances import add_point, create_seance
from engagement.reunions.models import Reunion
from engagement.reunions.services.reunions import add_decision, create_reunion, set_decision_done
from portal import feeds
from portal.echeances import gather
from projects.plans.models import LigneIngenierie
from structures.plans.enums import EtatLigne, EtatPlan
from structures.plans.models import LignePlan, PlanAccompagnement
from tests.factories import OrganisationFactory, StructureFactory, actor_of, engaged, member, plan_of

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("recette")
DAYS = (dt.date(2026, 11, 1), dt.date(2027, 1, 31))
KINDS = {"reunions", "suites", "seances", "plans"}


@pytest.fixture
def world(clock_at):
    """A chargé de mission with one of each, due in December; a neighbour of the same région, a colleague."""
    clock_at("2026-11-21 10:00")
    organisation = OrganisationFactory(name="DLA Touraine")
    person, colleague = member(organisation), member(organisation)
    responsable, neighbour = member(organisation, "responsable"), member(OrganisationFactory(name="DLA Voisin"))
    dossier = engaged(organisation, titre="Mutualiser la paie", charge_mission=person)
    hours = {"date": dt.date(2026, 12, 3), "heure_debut": dt.time(14), "heure_fin": dt.time(16, 30)}
    reunion = create_reunion(
        dossier, {"nature": "copil", "objet": "Objectifs", "lieu": "Mairie de Tours", **hours}, actor=SYSTEM
    )
    decision = add_decision(
        reunion, {"texte": "Écrire la charte", "qui": "Madame Secrète", "echeance": dt.date(2026, 12, 9)}, actor=SYSTEM
    )
    seance = create_seance(
        organisation,
        {"debut": dt.datetime(2026, 12, 4, 9, tzinfo=dt.UTC), "lieu": "Salle du conseil"},
        actor=actor_of(person),
    )
    plan = plan_of(
        StructureFactory(organisation=organisation, name="Les Ateliers"),
        lignes=[{"difficulte": "Trésorerie", "echeance": dt.date(2026, 12, 15)}],
    )
    models.QuerySet(PlanAccompagnement).filter(pk=plan.pk).update(suivi_par=person, state=EtatPlan.EN_COURS)
    return SimpleNamespace(
        person=person, colleague=colleague, responsable=responsable, neighbour=neighbour, dossier=dossier,
        reunion=reunion, decision=decision, seance=seance, ligne=plan.lignes.get(),
    )  # fmt: skip


def found(user, ingenierie=None) -> dict:
    lines = gather(actor_of(user), Window(*DAYS, ingenierie))
    return {line.kind: line.echeance for line in lines if line.kind in KINDS}


def test_each_appears_for_whom_it_concerns_with_its_hours_and_place(world):
    mine = found(world.person)
    assert set(mine) == KINDS
    meeting = mine["reunions"]
    assert meeting.when == dt.datetime(2026, 12, 3, 13, tzinfo=dt.UTC), "14 h à Paris"
    assert meeting.until == dt.datetime(2026, 12, 3, 15, 30, tzinfo=dt.UTC)
    assert (meeting.place, mine["seances"].place) == ("Mairie de Tours", "Salle du conseil")
    assert mine["suites"].when == dt.date(2026, 12, 9) and "charte" in mine["suites"].title
    assert mine["plans"].about == "Les Ateliers" and mine["plans"].when == dt.date(2026, 12, 15)


def test_nothing_of_it_appears_for_a_neighbour_dla(world):
    assert found(world.neighbour) == {}
    # Even on the page of an ingénierie, a session and a plan are those of one's own DLA.
    LigneIngenierie.objects.create(ligne=world.ligne, ingenierie=world.dossier, rattachee_par="recette")
    add_point(world.seance, world.dossier, actor=actor_of(world.person))
    assert set(found(world.neighbour, world.dossier.pk)) == {"reunions", "suites"}
    assert set(found(world.person, world.dossier.pk)) == KINDS


def test_a_colleague_sees_the_sessions_of_the_dla_and_a_responsable_everything(world):
    assert set(found(world.colleague)) == {"seances"}
    assert set(found(world.responsable)) == KINDS


def test_the_page_of_an_ingenierie_leaves_out_what_is_not_about_it(world):
    assert set(found(world.person, world.dossier.pk)) == {"reunions", "suites"}


@pytest.mark.parametrize("state", ["annulee", "tenue"])
def test_a_cancelled_meeting_or_session_leaves_and_one_that_was_held_is_done(world, state):
    models.QuerySet(Reunion).filter(pk=world.reunion.pk).update(state=state, motif_annulation="Neige")
    models.QuerySet(SeanceComite).filter(pk=world.seance.pk).update(state=EtatSeance(state))
    mine = found(world.person)
    if state == "annulee":
        assert set(mine) == {"plans"}
    else:
        assert mine["reunions"].done and mine["seances"].done and "suites" in mine


def test_a_decision_done_and_a_row_done_leave(world):
    set_decision_done(world.decision, True, actor=SYSTEM, expected_version=world.decision.version)
    LignePlan.objects.filter(pk=world.ligne.pk).update(etat=EtatLigne.FAIT)
    assert set(found(world.person)) == {"reunions", "seances"}


def test_a_closed_plan_asks_for_nothing(world):
    models.QuerySet(PlanAccompagnement).update(state=EtatPlan.CLOS)
    assert "plans" not in found(world.person)


def test_each_is_one_query_for_1_and_for_5(world, count_queries):
    actor, window = actor_of(world.person), Window(*DAYS)
    gather(actor, window)
    one = count_queries(lambda: gather(actor, window))
    hours = {"heure_debut": dt.time(14), "heure_fin": dt.time(16)}
    for day in range(10, 14):
        made = create_reunion(
            world.dossier, {"nature": "copil", "objet": "Suite", "date": dt.date(2026, 12, day), **hours}, actor=SYSTEM
        )
        add_decision(made, {"texte": "Suivre", "echeance": dt.date(2026, 12, 20)}, actor=SYSTEM)
    plan_of(
        StructureFactory(organisation=world.dossier.pilote),
        lignes=[{"difficulte": "Une", "echeance": dt.date(2026, 12, 16)}] * 4,
    )
    models.QuerySet(PlanAccompagnement).update(suivi_par=world.person)
    assert count_queries(lambda: gather(actor, window)) == one


def test_the_feed_holds_them_under_names_that_do_not_move_and_names_nobody(world):
    grant = feeds.open_feed(actor=actor_of(world.person))

    def events() -> dict:
        body = feeds.feed(grant, actor_of(world.person), "https://dla.example")
        assert "Secrète" not in body.decode()
        return {str(e["uid"]): e for e in Calendar.from_ical(body).walk("VEVENT")}

    before = events()
    names = {
        f"reunions-reunion-{world.reunion.pk}@dla.example", f"suites-suite-{world.decision.pk}@dla.example",
        f"seances-seance-{world.seance.pk}@dla.example", f"plans-ligne-{world.ligne.pk}@dla.example",
    }  # fmt: skip
    assert names <= set(before)
    meeting = before[f"reunions-reunion-{world.reunion.pk}@dla.example"]
    assert str(meeting["location"]) == "Mairie de Tours"
    assert meeting.decoded("dtend") - meeting.decoded("dtstart") == dt.timedelta(hours=2, minutes=30)
    LignePlan.objects.filter(pk=world.ligne.pk).update(echeance=dt.date(2026, 12, 18))
    assert set(events()) == set(before)
