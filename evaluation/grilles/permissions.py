"""Who reads a filled grid, who comments it, who gives it back. Deny by default.

The team of the dossier asks and reads; the prestataire reads its own missions' grids once the answers are closed and
handed to it; the region reads what the team has switched on.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F, Q, QuerySet

from core import clock
from core.actor import Actor
from core.formats import format_date
from evaluation.grilles.enums import CODES, COLLECTIVE, Position
from evaluation.grilles.models import SuiviGrille
from evaluation.questionnaires.enums import EtatQuestionnaire
from evaluation.questionnaires.models import Questionnaire
from missions.conventions.models import Convention
from missions.mission.permissions import why_not_running
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.permissions import why_not_contribute

#: The answers do not change any more.
CLOSES = (EtatQuestionnaire.CLOS, EtatQuestionnaire.TERMINE)


def in_team(actor: Actor) -> Q:
    """The questionnaires of the ingénieries that the actor's organisation pilots, refers or is associated to."""
    if actor.is_system:
        return Q()
    if actor.organisation is None:
        return Q(pk=None)
    return Q(ingenierie__scopes__key=f"o{actor.organisation.pk}")


def grilles() -> QuerySet[Questionnaire]:
    """Every grid, with what its pages show."""
    return Questionnaire.objects.filter(code__in=CODES).select_related(
        "suivi_grille", "convention__choix__prestataire", "convention__version_cahier"
    )


def lisibles_par(actor: Actor) -> QuerySet[Questionnaire]:
    """The grids that ``actor`` may read: the team, its own; who else follows the ingénierie (its region, its sector,
    the other DLA of the region), those that are over and that the team has switched on."""
    if actor.is_system:
        return grilles()
    if actor.organisation is None:
        return grilles().none()
    shared = Q(
        montre_region=True,
        state=EtatQuestionnaire.TERMINE,
        ingenierie__in=Ingenierie.objects.listed_for(actor).values("pk"),
    )
    return grilles().filter(in_team(actor) | shared).distinct()


def pour_prestataire(actor: Actor) -> QuerySet[Questionnaire]:
    """The grids that the people of a prestataire may read: of their missions, closed, handed since the closing."""
    return grilles().filter(
        convention__in=Convention.objects.for_prestataire(actor).values("pk"),
        state__in=CLOSES,
        suivi_grille__remise_at__gte=F("clos_at"),
    )


def suivi_of(questionnaire: Questionnaire) -> SuiviGrille:
    """Its follow-up, not saved while nothing was handed."""
    found = getattr(questionnaire, "suivi_grille", None)
    if found is None:
        return SuiviGrille(questionnaire=questionnaire)
    found.questionnaire = questionnaire
    return found


def why_not_write(questionnaire: Questionnaire, actor: Actor) -> str:
    """Why ``actor`` may not act on the grid for the team, or ``""``."""
    refusal = why_not_contribute(actor, questionnaire.ingenierie)
    if refusal:
        return refusal
    if not questionnaire.ingenierie.is_open:
        return "L’ingénierie est terminée : son évaluation ne change plus."
    return ""


def why_not_hand(questionnaire: Questionnaire, actor: Actor) -> str:
    """Why the grid is not handed to the prestataire now, or ``""``."""
    if refusal := why_not_write(questionnaire, actor):
        return refusal
    if refusal := why_not_running(questionnaire.convention):
        return refusal
    if questionnaire.state != EtatQuestionnaire.CLOS:
        return "La grille se remet au prestataire une fois les réponses closes."
    position = suivi_of(questionnaire).position
    if position == Position.CHEZ_LE_PRESTATAIRE:
        return "La grille est déjà chez le prestataire."
    return ""


def why_not_read_yet(questionnaire: Questionnaire) -> str:
    """Why the answers of an ingénierie collective do not open yet to the chargé de mission, or ``""``.

    The prestataire comments them first, then hands the grid over; once its time has passed, they open all the same.
    """
    if questionnaire.code != COLLECTIVE:
        return ""
    suivi = suivi_of(questionnaire)
    if suivi.position == Position.REPONSES:
        return "Les réponses se lisent une fois closes, quand le prestataire les a commentées."
    if suivi.position == Position.A_REMETTRE:
        if questionnaire.convention.choix.retire_at is not None:
            return ""
        return "Remettez d’abord la grille au prestataire : il la commente, puis vous la rend."
    if suivi.position == Position.CHEZ_LE_PRESTATAIRE and clock.today() <= suivi.attendue_le:
        if questionnaire.convention.choix.retire_at is not None:
            return ""
        return (
            f"Le prestataire commente la grille, puis vous la rend. Sans nouvelles de lui le "
            f"{format_date(suivi.attendue_le)}, elle s’ouvre ici le lendemain."
        )
    return ""


def why_not_end(questionnaire: Questionnaire) -> str:
    """Why a grid does not end yet, or ``""``: the prestataire has it first, and its time to comment."""
    if questionnaire.code not in CODES or questionnaire.convention.choix.retire_at is not None:
        return ""
    suivi = suivi_of(questionnaire)
    if suivi.position == Position.A_REMETTRE:
        return "Remettez d’abord la grille au prestataire : il la commente, puis vous la rend."
    if suivi.position == Position.CHEZ_LE_PRESTATAIRE and clock.today() <= suivi.attendue_le:
        return f"Le prestataire peut encore commenter la grille, jusqu’au {format_date(suivi.attendue_le)}."
    return ""


def why_not_comment(questionnaire: Questionnaire, actor: Actor) -> str:
    """Why the person of the prestataire may not comment, or ``""``."""
    # As it stands now, whatever the page was drawn from.
    found = pour_prestataire(actor).filter(pk=questionnaire.pk).first()
    if found is None:
        return "Cette grille n’est pas à commenter."
    if refusal := why_not_running(questionnaire.convention):
        return refusal
    if found.state == EtatQuestionnaire.TERMINE:
        return "L’évaluation est terminée : la grille ne change plus."
    if suivi_of(found).est_rendue:
        return "La grille est rendue au chargé de mission : vos commentaires ne changent plus."
    return ""


def why_not_tell(questionnaire: Questionnaire, actor: Actor) -> str:
    """Why the evaluation is not given back now, or ``""``: it is, once over."""
    if refusal := why_not_contribute(actor, questionnaire.ingenierie):
        return refusal
    if questionnaire.state != EtatQuestionnaire.TERMINE:
        return "L’évaluation se restitue une fois la grille terminée."
    return ""


def viewable(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these questionnaires, those of which ``actor`` may print the filled grid with every name: the team."""
    mine = grilles().filter(in_team(actor), pk__in=ids).select_related("ingenierie").distinct()
    return {row.pk for row in mine if not why_not_read_yet(row)}


def viewable_prestataire(ids: Collection[int], actor: Actor) -> set[int]:
    """Of these, those that the people of the prestataire may print."""
    return set(pour_prestataire(actor).filter(pk__in=ids).values_list("pk", flat=True))
