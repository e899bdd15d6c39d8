"""The way of the filled grid: handed to the référent of the prestataire, commented row by row, given back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from consultations.appel.notices import recipients
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, lock
from core.errors import InvalidInput, NotAllowed, StaleState
from core.outbox import queue_mail
from core.text import typed_text
from evaluation.grilles.enums import INDIVIDUELLE
from evaluation.grilles.models import SuiviGrille
from evaluation.grilles.permissions import why_not_comment, why_not_hand, why_not_write
from evaluation.questionnaires import services as questionnaires
from evaluation.questionnaires.enums import EtatQuestionnaire, SorteRepondant
from evaluation.questionnaires.models import Commentaire, Questionnaire, Repondant
from projects.ingenierie.people import interlocuteur
from projects.ingenierie.services import touch

journal.register_verbs(
    {
        "evaluation.grille_remise": "a remis la grille d’évaluation au prestataire",
        "evaluation.grille_rendue": "a rendu la grille d’évaluation au chargé de mission",
        "evaluation.grille_rappel": "a rappelé la grille d’évaluation au prestataire",
    }
)
REMISE, RENDUE, RAPPEL = "evaluation/grille_remise", "evaluation/grille_rendue", "evaluation/grille_rappel"


def manques(questionnaire: Questionnaire) -> list[str]:
    """What the grid lacks before its answers are closed: its own part by the chargé de mission, an answer of those who
    are asked. One query."""
    answered = set(
        Repondant.objects.filter(questionnaire=questionnaire).answered().values_list("sorte", flat=True).distinct()
    )
    found = []
    if SorteRepondant.CHARGE_MISSION not in answered:
        found.append("Remplissez la première partie, « Conditions de réalisation ».")
    if questionnaire.code == INDIVIDUELLE:
        if SorteRepondant.STRUCTURE not in answered:
            found.append(
                "La structure n’a pas encore répondu : par son lien, ou par vous après une visite ou un appel."
            )
    elif SorteRepondant.PARTICIPANT not in answered:
        found.append("Aucun participant n’a encore répondu.")
    return found


def _locked(questionnaire: Questionnaire) -> tuple[Questionnaire, SuiviGrille]:
    """The questionnaire, locked, and its follow-up, made the first time."""
    locked = lock(questionnaire)
    locked.ingenierie, locked.convention = questionnaire.ingenierie, questionnaire.convention
    suivi, _ = SuiviGrille.objects.get_or_create(questionnaire=locked)
    suivi.questionnaire = locked
    locked.suivi_grille = suivi
    return locked, suivi


@transaction.atomic
def hand_over(questionnaire: Questionnaire, *, actor: Actor, expected_state: str, version: int | None = None):
    """Close the answers when they are still open, and hand the grid to the référent of the prestataire, by mail.

    Raises ``StaleState``, ``NotAllowed``, ``InvalidInput`` with what is missing.
    """
    if refusal := why_not_write(questionnaire, actor):
        raise NotAllowed(refusal)
    if missing := manques(questionnaire):
        raise InvalidInput(" ".join(missing), reasons=missing if len(missing) > 1 else ())
    if questionnaire.state == EtatQuestionnaire.OUVERT:
        questionnaires.perform_action(
            questionnaire, "clore", actor=actor, expected_state=expected_state, version=version
        )
    locked, suivi = _locked(questionnaire)
    if refusal := why_not_hand(locked, actor):
        raise NotAllowed(refusal)
    values = {"remise_at": clock.now(), "remise_par": actor.label[:200], "remises": suivi.remises + 1}
    fresh = _write(suivi, values, actor=actor, verb="evaluation.grille_remise")
    _tell_prestataire(fresh, REMISE, f"grille-remise-{fresh.pk}-{fresh.remises}", actor)
    touch(questionnaire.ingenierie_id)
    return fresh


class CommentesEntreTemps(StaleState):
    """Somebody else of the prestataire commented the same rows meanwhile: ``codes`` says which. Nothing was written."""

    title = "Quelqu’un a commenté entre-temps"

    def __init__(self, codes: dict[str, Commentaire | None]):
        super().__init__(
            "Une autre personne de votre structure a commenté les mêmes lignes pendant que vous écriviez. Votre texte "
            "est gardé, pas encore enregistré : comparez, puis enregistrez de nouveau."
        )
        self.codes = codes


@transaction.atomic
def comment(questionnaire: Questionnaire, textes: Mapping[str, tuple[str, int]], *, actor: Actor) -> int:
    """Write what the prestataire says of rows: code → (text, the version shown, 0 for none); an empty text takes the
    comment away. Returns how many changed. The answers themselves are never touched.

    Raises ``NotAllowed``, ``InvalidInput``, ``CommentesEntreTemps``.
    """
    lock(questionnaire)
    if refusal := why_not_comment(questionnaire, actor):
        raise NotAllowed(refusal)
    rows = comments_of(questionnaire)
    said = {code: (typed_text(texte, limit=4000).strip(), shown) for code, (texte, shown) in textes.items()}
    new = {code: pair for code, pair in said.items() if pair[0] != (rows[code].texte if code in rows else "")}
    crossed = {
        code: rows.get(code) for code, (_, shown) in new.items() if shown != (rows[code].version if code in rows else 0)
    }
    if crossed:
        raise CommentesEntreTemps(crossed)
    for code, (texte, _) in new.items():
        questionnaires.comment(questionnaire, SorteRepondant.PRESTATAIRE, code, texte, actor)
    return len(new)


def comments_of(questionnaire: Questionnaire) -> dict[str, Commentaire]:
    """What the prestataire said, by row."""
    rows = Commentaire.objects.filter(questionnaire=questionnaire, sorte=SorteRepondant.PRESTATAIRE)
    return {row.code: row for row in rows}


@transaction.atomic
def give_back(questionnaire: Questionnaire, *, actor: Actor) -> SuiviGrille:
    """The prestataire hands the grid, commented, to the chargé de mission, who is told by mail.

    Raises ``NotAllowed``.
    """
    locked, suivi = _locked(questionnaire)
    if refusal := why_not_comment(locked, actor):
        raise NotAllowed(refusal)
    values = {"rendue_at": clock.now(), "rendue_par": actor.label[:200]}
    fresh = _write(suivi, values, actor=actor, verb="evaluation.grille_rendue")
    person = interlocuteur(questionnaire.ingenierie)
    if person is not None:
        queue_mail(
            RENDUE,
            to=person.email,
            context={"suivi": fresh.pk, "remise": fresh.remises},
            actor=actor,
            scope=questionnaire.ingenierie,
            key=f"grille-rendue-{fresh.pk}-{fresh.remises}",
        )
    touch(questionnaire.ingenierie_id)
    return fresh


@transaction.atomic
def remind_prestataire(questionnaire: Questionnaire, *, actor: Actor) -> SuiviGrille:
    """Remind the prestataire that the grid waits for its comments. Raises ``NotAllowed`` when it does not."""
    locked, suivi = _locked(questionnaire)
    if not actor.is_system and (refusal := why_not_write(questionnaire, actor)):
        raise NotAllowed(refusal)
    if not suivi.est_remise or suivi.est_rendue or locked.state != EtatQuestionnaire.CLOS:
        raise NotAllowed("Le prestataire n’a rien à commenter en ce moment.")
    fresh = _write(suivi, {"rappel_at": clock.now()}, actor=actor, verb="evaluation.grille_rappel")
    day = clock.today().isoformat()
    _tell_prestataire(fresh, RAPPEL, f"grille-rappel-{fresh.pk}-{fresh.remises}-{day}", actor)
    touch(questionnaire.ingenierie_id)
    return fresh


def _write(suivi: SuiviGrille, values: dict[str, Any], *, actor: Actor, verb: str) -> SuiviGrille:
    questionnaire = suivi.questionnaire
    fresh = apply_changes(suivi, values, actor=actor, verb=verb, expected_version=None, scope=questionnaire.ingenierie)
    fresh.questionnaire = questionnaire
    questionnaire.suivi_grille = fresh
    return fresh


def _tell_prestataire(suivi: SuiviGrille, template: str, key: str, actor: Actor) -> None:
    questionnaire = suivi.questionnaire
    prestataire = questionnaire.convention.choix.prestataire_id
    for email in recipients([prestataire]).get(prestataire, []):
        queue_mail(
            template,
            to=email,
            context={"suivi": suivi.pk, "remise": suivi.remises},
            actor=actor,
            scope=questionnaire.ingenierie,
            key=f"{key}-{email}",
            urgent=template != RAPPEL,
        )


def keys_of(suivi: SuiviGrille) -> list[str]:
    """The keys of the mails of its last handing over, for what did not leave."""
    prestataire = suivi.questionnaire.convention.choix.prestataire_id
    return [
        f"grille-remise-{suivi.pk}-{suivi.remises}-{email}" for email in recipients([prestataire]).get(prestataire, [])
    ]
