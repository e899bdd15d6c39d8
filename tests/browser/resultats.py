"""Where the pages of the results are found in the demonstration data, and who reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.finders import PILOTE, Visit


def _questionnaire(code: str, **filters: Any) -> Any:
    from evaluation.questionnaires.models import Questionnaire

    found = Questionnaire.objects.filter(code=code, **filters).order_by("pk").first()
    assert found, f"les données de démonstration n’ont aucun questionnaire « {code} » ({filters})"
    return found


def questionnaire(code: str, **filters: Any) -> Callable[[Any], dict]:
    """A questionnaire, in its ingénierie; ``plus`` is what follows it in the address."""
    plus = filters.pop("plus", {})

    def find(world: Any) -> dict:
        found = _questionnaire(code, **filters)
        return {"pk": found.ingenierie_id, "questionnaire": found.pk, **plus}

    return find


def room(world: Any) -> dict:
    """The room of an ingénierie with follow-ups planned."""
    return {"pk": _planned().ingenierie_id}


def _planned() -> Any:
    from evaluation.resultats.models import SuiviPrevu

    found = SuiviPrevu.objects.filter(questionnaire=None).order_by("pk").first()
    assert found, "les données de démonstration n’ont aucun suivi prévu"
    return found


def planned(world: Any) -> dict:
    """A follow-up that is planned."""
    return {"pk": _planned().ingenierie_id, "suivi": _planned().pk}


def running(world: Any) -> dict:
    """The ingénierie whose answers are coming in."""
    return {"pk": _questionnaire("question_resultats", state="ouvert").ingenierie_id}


def adaptable(world: Any) -> dict:
    """A questionnaire that is being prepared."""
    from evaluation.questionnaires.models import Questionnaire

    made = Questionnaire.objects.filter(code="question_resultats", state="preparation").order_by("pk").first()
    assert made, "les données de démonstration n’ont aucun questionnaire en préparation"
    return {"pk": made.ingenierie_id, "questionnaire": made.pk}


def need(world: Any) -> dict:
    """An answer that says a need."""
    from evaluation.questionnaires.models import Reponse

    rows = Reponse.objects.filter(code="r6_2", repondant__state="repondu", repondant__questionnaire__state="ouvert")
    found = rows.select_related("repondant__questionnaire").order_by("pk").first()
    asked = found.repondant.questionnaire
    return {"pk": asked.ingenierie_id, "questionnaire": asked.pk, "reponse": found.pk}


VISITS = (
    Visit(PILOTE, "evaluation:resultats", room),
    Visit(PILOTE, "evaluation:resultats", running, label="en cours"),
    Visit(PILOTE, "evaluation:adapter", adaptable),
    Visit(PILOTE, "evaluation:question_ajouter", adaptable),
    Visit(PILOTE, "evaluation:resultats_de", questionnaire("question_resultats", state="clos")),
    Visit(PILOTE, "evaluation:resultats_de", questionnaire("suivi"), label="suivi"),
    Visit(
        PILOTE,
        "evaluation:resultats_question",
        questionnaire("question_resultats", state="clos", plus={"code": "r5_1"}),
    ),
    Visit(PILOTE, "evaluation:resultats_besoin", need),
    Visit(PILOTE, "evaluation:suivi_prevoir", running),
    Visit(PILOTE, "evaluation:suivi_modifier", planned),
)
