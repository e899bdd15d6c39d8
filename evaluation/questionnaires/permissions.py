"""Who prepares a questionnaire, who answers for whom."""

from __future__ import annotations

from core.actor import Actor
from evaluation.questionnaires.models import Questionnaire, Repondant
from evaluation.questionnaires.registry import LECTURE
from missions.conventions.models import Convention
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.permissions import why_not_contribute
from projects.ingenierie.services import ENDED


def of_the_team(actor: Actor, ingenierie: Ingenierie) -> bool:
    """Is ``actor`` of the pilot, of the DLA référent or of an associated organisation? Who answered what is theirs to
    read: who follows the ingénierie from its region reads what the team shows of it, never a name."""
    if actor.is_system:
        return True
    if actor.organisation_id is None:
        return False
    if actor.organisation_id in (ingenierie.pilote_id, ingenierie.referent_id):
        return True
    return any(organisation.pk == actor.organisation_id for organisation in ingenierie.associes.all())


def why_not_evaluate(actor: Actor, ingenierie: Ingenierie, mois: int | None = None) -> str:
    """Why ``actor`` may not write in the evaluation for the team, or ``""``. What is asked again some months later
    (``mois``) is asked of an ingénierie that is over."""
    if refusal := why_not_contribute(actor, ingenierie):
        return refusal
    return "" if ingenierie.is_open or mois is not None else ENDED


def why_not_write(actor: Actor, questionnaire: Questionnaire) -> str:
    """The same for one questionnaire."""
    return why_not_evaluate(actor, questionnaire.ingenierie, questionnaire.mois)


def why_not_read_yet(questionnaire: Questionnaire) -> str:
    """Why the answers that others gave do not open yet to the team, or ``""``: the rooms above say so."""
    return next((refusal for read in LECTURE if (refusal := read(questionnaire))), "")


def why_not_answer_here(actor: Actor, repondant: Repondant) -> str:
    """Why ``actor`` does not answer as the prestataire it belongs to (that of a mission, or a partner of the
    ingénierie), or ``""``."""
    if repondant.convention_id:
        mine = Convention.objects.for_prestataire(actor).standing().filter(pk=repondant.convention_id)
    else:
        mine = Repondant.objects.for_prestataire(actor).filter(pk=repondant.pk)
    return "" if mine.exists() else "Seules les personnes de ce prestataire répondent ici."
