"""Who came to the séances, and what it makes: days really given to each structure, the pilot, what is to be watched."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from core.errors import InvalidInput, NotAllowed
from missions.seances import summary
from missions.seances.services.participants import add_other
from missions.seances.services.seances import of_convention, write_minutes
from missions.seances.vigilance import vigilances
from projects.evidence import evidence_for
from projects.ingenierie.models import Ingenierie
from tests.engagement.reunions.conftest import plain
from tests.factories import actor_of, member_actor
from tests.missions.seances.scene import NEXT_DAY, act, convened, fresh, note, seance

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(w, clock_at):
    row = convened(w)
    clock_at(NEXT_DAY)
    return act(row, "tenir", w.actor)


def told(w) -> list[str]:
    return [plain(line) for line in vigilances(of_convention(w.convention))]


def test_days_given_to_each_structure_come_from_who_was_there(w, held):
    note(held, w.actor, {"Fabrique": "present", "Ruche": "en_partie"})
    assert summary.jours_par_structure(w.convention) == {w.fabrique.pk: Decimal("0.5"), w.ruche.pk: Decimal("0.25")}
    assert summary.jours_donnes(w.convention) == Decimal("0.5")


@pytest.mark.parametrize("presence", ["excuse", "absent", ""])
def test_a_structure_that_did_not_come_is_given_nothing(w, held, presence):
    note(held, w.actor, {"Ruche": presence})
    assert w.ruche.pk not in summary.jours_par_structure(w.convention)


def test_several_people_of_a_structure_count_once_by_the_one_who_stayed_longest(w, held):
    row = add_other(fresh(held), {"source": "structure", "structure": w.ruche, "personne": "Une"}, actor=w.actor)
    held.participants.filter(pk=row.pk).update(organisme="Ruche, bureau")
    note(held, w.actor, {"Ruche": "en_partie", "Ruche, bureau": "present"})
    assert summary.jours_par_structure(w.convention) == {w.ruche.pk: Decimal("0.5")}
    assert summary.presences(w.convention)[w.ruche.pk].attendues == 1


def test_a_seance_that_was_not_held_gives_no_days_and_a_cancelled_one_plans_none(w, held):
    seance(w, date=dt.date(2027, 1, 7))
    act(seance(w, date=dt.date(2027, 1, 14)), "annuler", w.actor, reason="Neige.")
    assert summary.jours_donnes(w.convention) == Decimal("0.5")
    assert summary.jours_planifies(w.convention) == 1
    assert summary.derniere_seance(w.convention).date == dt.date(2027, 1, 7)


def test_presences_are_noted_once_it_began_by_the_team_or_the_prestataire_and_nobody_else(w, clock_at):
    row = convened(w)
    with pytest.raises(InvalidInput, match="n’a pas encore commencé"):
        note(row, w.actor, {"Ruche": "present"})
    clock_at(NEXT_DAY)
    assert note(row, actor_of(w.consultant), {"Ruche": "present"}) == 1
    with pytest.raises(NotAllowed):
        note(row, member_actor(), {"Fabrique": "present"})


def test_the_pilot_was_there_when_one_of_its_people_was(w, held):
    note(held, w.actor, {"DLA de recette": "present"})
    assert fresh(held).pilote_present is True
    note(held, w.actor, {"DLA de recette": "absent"})
    assert fresh(held).pilote_present is False
    note(held, w.actor, {}, pilote=True)  # somebody else of the DLA came
    assert fresh(held).pilote_present is True


def test_the_absence_of_the_pilot_at_the_first_and_at_the_last_is_said_and_blocks_nothing(w, held):
    note(held, w.actor, {"DLA de recette": "excuse", "Ruche": "present"})
    seance(w, date=dt.date(2027, 1, 7))
    seance(w, date=dt.date(2027, 1, 14))
    found = told(w)
    assert "Le pilote n’était pas à la première séance (3 décembre 2026)." in found
    assert any("la dernière séance (14 janvier 2027)" in line for line in found)
    assert not any("7 janvier" in line for line in found)  # neither the first nor the last


def test_a_mission_without_launch_or_restitution_is_told(w):
    assert [line for line in told(w) if line.startswith("Aucune réunion de lancement")]
    seance(w, nature="lancement")
    seance(w, nature="restitution", date=dt.date(2027, 1, 7))
    assert not [line for line in told(w) if line.startswith("Aucune")]


def test_a_launch_without_one_of_the_three_is_told(w):
    seance(w, nature="lancement")
    assert any("les structures, le DLA et le prestataire ne sont pas attendus" in line for line in told(w))
    convened(w, nature="lancement", date=dt.date(2026, 12, 8))
    assert not any("8 décembre" in line and "attendu" in line for line in told(w))


def test_so_is_a_restitution_without_one_of_the_three_and_no_other_seance(w):
    seance(w, nature="restitution", date=dt.date(2027, 1, 7))
    seance(w, nature="collective", date=dt.date(2026, 12, 10))
    lines = [line for line in told(w) if "ne sont pas attendus" in line]
    assert lines == [
        "À la restitution du 7 janvier 2027, les structures, le DLA et le prestataire ne sont pas attendus."
    ]
    convened(w, nature="restitution", date=dt.date(2027, 1, 14))
    assert not any("14 janvier" in line and "attendu" in line for line in told(w))


def test_the_minutes_of_the_launch_are_awaited_once_it_is_held(w, clock_at):
    row = convened(w, nature="lancement")
    clock_at(NEXT_DAY)
    assert any("dites si elle a eu lieu" in line for line in told(w))
    act(row, "tenir", w.actor)
    assert any(line.startswith("Le compte rendu reste à écrire") for line in told(w))
    write_minutes(fresh(row), "Chacun s’est présenté.", actor=w.actor, expected_version=None)
    assert not any(line.startswith("Le compte rendu") for line in told(w))


def test_the_demarche_reads_the_launch_and_where_the_pilot_was(w, clock_at):
    row = convened(w, nature="lancement")
    clock_at(NEXT_DAY)
    act(row, "tenir", w.actor)
    note(row, w.actor, {"DLA de recette": "present"})
    found = evidence_for(Ingenierie.objects.get(pk=w.convention.ingenierie_id))
    assert "tenue le 3 décembre 2026" in plain(found["finaliser.intervention.coordination"].text)
    assert "pilote présent à la première" in plain(found["finaliser.intervention.suivi"].text)


def test_what_the_seances_come_to_costs_the_same_for_one_as_for_many(w, held, count_queries):
    def ask():
        rows = of_convention(w.convention)
        return summary.presences(w.convention), vigilances(rows)

    first = count_queries(ask)
    for day in (7, 14, 21):
        convened(w, date=dt.date(2027, 1, day), titre=f"Atelier du {day}")
    assert count_queries(ask) == first
