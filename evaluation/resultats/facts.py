"""Facts of the results, as SQL annotations of ``Ingenierie``, and how the démarche reads them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.formats import plural
from evaluation.questionnaires.enums import EtatQuestionnaire, EtatRepondant
from evaluation.questionnaires.models import Questionnaire, Repondant
from evaluation.resultats.enums import RESULTATS
from projects.evidence import Evidence
from projects.facts import count_of, first_of


def collected() -> dict[str, Any]:
    """How many were asked by the questionnaires of an ingénierie, how many answered."""
    rows = Repondant.objects.exclude(questionnaire__state=EtatQuestionnaire.PREPARATION)
    return {
        "eval_interroges": count_of(rows, "questionnaire__ingenierie"),
        "eval_reponses": count_of(rows.filter(state=EtatRepondant.REPONDU), "questionnaire__ingenierie"),
    }


def collecte(values: dict[str, Any], ingenierie: Any) -> Evidence | None:
    """« 14 réponses sur 18 personnes interrogées »."""
    asked = values["eval_interroges"]
    if not asked:
        return None
    said = plural(values["eval_reponses"], "réponse")
    return Evidence(
        f"{said} sur {plural(asked, 'personne interrogée', 'personnes interrogées')}",
        reverse("evaluation:evaluation", args=[ingenierie.pk]),
    )


def told() -> dict[str, Any]:
    """Where « La question des résultats » stands."""
    rows = Questionnaire.objects.filter(code=RESULTATS)
    answered = Repondant.objects.filter(questionnaire__code=RESULTATS, state=EtatRepondant.REPONDU)
    return {
        "resultats_pk": first_of(rows, "pk"),
        "resultats_state": first_of(rows, "state"),
        "resultats_reponses": count_of(answered, "questionnaire__ingenierie"),
    }


def resultats(values: dict[str, Any], ingenierie: Any) -> Evidence | None:
    """« Question des résultats : 9 réponses, réponses closes »."""
    if not values["resultats_pk"] or not values["resultats_reponses"]:
        return None
    state = EtatQuestionnaire(values["resultats_state"]).label
    return Evidence(
        f"Question des résultats : {plural(values['resultats_reponses'], 'réponse')}, {state}",
        reverse("evaluation:resultats_de", args=[ingenierie.pk, values["resultats_pk"]]),
    )
