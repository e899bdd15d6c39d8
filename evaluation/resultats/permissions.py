"""Who reads what comes out of a questionnaire. Deny by default; the refusal has its sentence."""

from __future__ import annotations

from core.actor import Actor
from evaluation.questionnaires.enums import EtatQuestionnaire
from evaluation.questionnaires.models import Questionnaire
from evaluation.questionnaires.permissions import of_the_team, why_not_read_yet


def why_not_read_results(actor: Actor, questionnaire: Questionnaire) -> str:
    """Why ``actor``, who reads the dossier, does not read the answers, or ``""``: the team, once they open to it; the
    region, once it is over and the team shows it."""
    if of_the_team(actor, questionnaire.ingenierie):
        return why_not_read_yet(questionnaire)
    if questionnaire.montre_region and questionnaire.state == EtatQuestionnaire.TERMINE:
        return ""
    return f"{questionnaire.ingenierie.pilote} ne montre pas ces réponses à la région."
