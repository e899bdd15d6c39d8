"""Who reads what comes out of a questionnaire. Deny by default; the refusal has its sentence."""

from __future__ import annotations

from core.actor import Actor
from evaluation.questionnaires.models import Questionnaire
from projects.ingenierie.models import Ingenierie


def of_the_team(actor: Actor, ingenierie: Ingenierie) -> bool:
    """A member of the pilot, of the DLA référent or of an associated organisation, whatever its role."""
    if actor.is_system:
        return True
    if actor.organisation_id is None:
        return False
    return actor.organisation_id in (ingenierie.pilote_id, ingenierie.referent_id) or any(
        organisation.pk == actor.organisation_id for organisation in ingenierie.associes.all()
    )


def why_not_read_results(actor: Actor, questionnaire: Questionnaire) -> str:
    """Why ``actor``, who reads the dossier, does not read the answers, or ``""``: the region reads them once the team
    shows them."""
    if questionnaire.montre_region or of_the_team(actor, questionnaire.ingenierie):
        return ""
    return f"{questionnaire.ingenierie.pilote} ne montre pas ces réponses à la région."
