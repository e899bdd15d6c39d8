"""The grids of evaluation of the demonstration: every state of one is there, and answers that vary."""

import pytest

from evaluation.grilles.enums import Position
from evaluation.grilles.models import SuiteGrille, Transmission
from evaluation.grilles.permissions import grilles, suivi_of
from evaluation.questionnaires.models import Repondant, Reponse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def test_a_grid_stands_in_every_position():
    found = {suivi_of(row).position for row in grilles()}
    assert found >= set(Position) - {Position.A_REMETTRE}
    assert {row.code for row in grilles()} == {"grille_individuelle", "grille_collective"}
    assert grilles().filter(montre_region=True).exists()


def test_some_are_critical_and_some_say_nothing():
    answers = Reponse.objects.filter(repondant__questionnaire__in=grilles())
    assert answers.filter(valeur="non").exclude(texte="").exists()
    assert Repondant.objects.filter(questionnaire__in=grilles(), state="attendu", sorte="participant").exists()
    assert SuiteGrille.objects.exists()
    assert {row.destinataire for row in Transmission.objects.all()} == {"prestataire", "comite"}
