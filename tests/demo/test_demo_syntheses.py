"""The syntheses of the demonstration say what their dossiers hold: fixed after the séances and the answers."""

from __future__ import annotations

import pytest

from evaluation.questionnaires.models import Questionnaire
from evaluation.synthese.models import VersionSynthese
from missions.seances.models import Seance
from projects.enums import Cycle, Etat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]

DAYS, PRESENCES, ANSWERS = "convenus puis donnés", "Présences aux séances tenues", "réponses"


def _told(version: VersionSynthese) -> set[str]:
    """Which of the three the frozen facts tell, with what was really done."""
    done = [fait["libelle"] for registre in version.data["registres"] for fait in registre["faits"] if fait["realise"]]
    return {name for name in (DAYS, PRESENCES, ANSWERS) if any(name in libelle for libelle in done)}


def _fixed() -> list[VersionSynthese]:
    """The last version of each synthesis that is fixed."""
    found = VersionSynthese.objects.filter(arretee=True).select_related("synthese__ingenierie").order_by("numero")
    return list({version.synthese_id: version for version in found}.values())


def test_closed_ingenieries_have_their_days_their_presences_and_their_answers_in_their_frozen_synthesis():
    closed = [version for version in _fixed() if version.synthese.ingenierie.state == Etat.CLOTURE]
    whole = [version for version in closed if _told(version) == {DAYS, PRESENCES, ANSWERS}]
    cycles = [version.synthese.ingenierie.cycle for version in whole]
    assert cycles.count(Cycle.COLLECTIVE) >= 3
    assert cycles.count(Cycle.INDIVIDUELLE) >= 1


def test_no_seance_nor_grid_comes_after_the_synthesis_that_should_tell_it():
    for version in _fixed():
        ingenierie = version.synthese.ingenierie
        assert not Seance.objects.filter(
            convention__ingenierie=ingenierie, state="tenue", debut__gt=version.le
        ).exists(), ingenierie
        grids = Questionnaire.objects.filter(ingenierie=ingenierie, mois=None)
        assert not grids.filter(created_at__gt=version.le).exists(), ingenierie
