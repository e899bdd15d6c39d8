"""The life of a questionnaire, declared once."""

from __future__ import annotations

from core.actor import Actor
from core.lifecycle import Action, Lifecycle
from evaluation.questionnaires.contenu import definition_of
from evaluation.questionnaires.enums import EtatQuestionnaire, Voie
from evaluation.questionnaires.models import Questionnaire
from evaluation.questionnaires.permissions import why_not_write
from evaluation.questionnaires.registry import A_TERMINER


def _team(questionnaire: Questionnaire, actor: Actor) -> str:
    return why_not_write(actor, questionnaire)


def _somebody(questionnaire: Questionnaire, actor: Actor) -> str:
    """Somebody is asked, or the room is: an empty questionnaire is opened to nobody."""
    if any(Voie.SALLE in prevu.voies for prevu in definition_of(questionnaire).repondants):
        return ""
    return "" if questionnaire.repondants.exists() else "Dites d’abord qui répond."


def _answered(questionnaire: Questionnaire, actor: Actor) -> str:
    return "" if questionnaire.repondants.answered().exists() else "Aucune réponse n’est encore arrivée."


def _before_the_end(questionnaire, actor: Actor) -> list[str]:
    """What the rooms above ask before it ends."""
    return [missing for read in A_TERMINER if (missing := read(questionnaire))]


QUESTIONNAIRE = Lifecycle(
    name="evaluation.questionnaire",
    states=EtatQuestionnaire,
    initial=EtatQuestionnaire.PREPARATION,
    actions=(
        Action(
            "ouvrir",
            "Ouvrir aux réponses",
            (EtatQuestionnaire.PREPARATION,),
            EtatQuestionnaire.OUVERT,
            _team,
            done="a ouvert le questionnaire aux réponses",
            said="Le questionnaire reçoit les réponses.",
            conditions=(_somebody,),
            style="primary",
            help="Les questions ne changent plus dès la première réponse.",
        ),
        Action(
            "clore",
            "Clore les réponses",
            (EtatQuestionnaire.OUVERT,),
            EtatQuestionnaire.CLOS,
            _team,
            done="a clos les réponses",
            said="Les réponses sont closes : elles ne changent plus.",
            conditions=(_answered,),
            style="primary",
            help="Les liens et le QR code ne reçoivent plus rien. Ceux qui commentent les réponses le font à partir "
            "de là.",
        ),
        Action(
            "rouvrir",
            "Rouvrir aux réponses",
            (EtatQuestionnaire.CLOS,),
            EtatQuestionnaire.OUVERT,
            _team,
            done="a rouvert le questionnaire",
            said="Le questionnaire reçoit de nouveau les réponses.",
            needs_reason=True,
        ),
        Action(
            "terminer",
            "Terminer",
            (EtatQuestionnaire.CLOS,),
            EtatQuestionnaire.TERMINE,
            _team,
            done="a terminé le questionnaire",
            said="Le questionnaire est terminé.",
            conditions=(_before_the_end,),
            style="primary",
        ),
    ),
    next_hint={
        EtatQuestionnaire.PREPARATION: "Relisez les questions, dites qui répond, puis ouvrez-le.",
        EtatQuestionnaire.OUVERT: "Relancez ceux qui n’ont pas répondu ; quand il y a assez de réponses, clôturez.",
        EtatQuestionnaire.CLOS: "Ceux qui commentent le font, puis vous terminez.",
        EtatQuestionnaire.TERMINE: "",
    },
    tags={
        EtatQuestionnaire.PREPARATION: "tag-warn",
        EtatQuestionnaire.OUVERT: "tag-accent",
        EtatQuestionnaire.CLOS: "tag-neutral",
        EtatQuestionnaire.TERMINE: "tag-ok",
    },
)
QUESTIONNAIRE.attach(Questionnaire)
