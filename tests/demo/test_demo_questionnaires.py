"""What the demonstration adds to the questionnaires that are open: the room, a link begun and not sent."""

from __future__ import annotations

import pytest

from demo import questionnaires
from demo.marks import Marks
from projects.ingenierie.models import Ingenierie
from tests.evaluation.world import monde, opened, with_essai

pytestmark = pytest.mark.django_db


def test_an_open_questionnaire_is_answered_in_the_room_and_begun_by_link(clock_at):
    clock_at("2026-11-24 10:00")
    with with_essai():
        world = monde()
        Ingenierie.objects.filter(pk=world.ingenierie.pk).update(charge_mission=world.charge)
        asked = opened(world)
        questionnaires.load(Marks())
    answers = asked.repondants.filter(voie="salle", state="repondu")
    assert {row.organisme for row in answers} == {"Les Jardins du lac", "Atelier du fleuve"}
    begun = asked.repondants.get(voie="lien")
    assert begun.state == "brouillon" and begun.reponses.exists()
    count = asked.repondants.count()
    questionnaires.load(Marks())
    assert asked.repondants.count() == count
