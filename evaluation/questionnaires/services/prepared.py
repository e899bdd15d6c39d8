"""A questionnaire is prepared from its definition, adapted until the first answer, opened, closed, opened again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction

from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, remove
from core.errors import InvalidInput, NotAllowed
from core.lifecycle import perform
from evaluation.questionnaires.contenu import fige
from evaluation.questionnaires.definitions import DEFINITIONS, INGENIERIE, MISSION, lire
from evaluation.questionnaires.enums import EtatQuestionnaire
from evaluation.questionnaires.models import ModeleQuestionnaire, Questionnaire, Reponse
from evaluation.questionnaires.permissions import why_not_evaluate, why_not_write
from evaluation.questionnaires.registry import DEPARTS
from evaluation.questionnaires.services.repondants import add_known
from missions.conventions.models import Convention
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.permissions import why_not_pilot
from projects.ingenierie.services import touch

journal.register_verbs(
    {
        "evaluation.preparation": "a préparé un questionnaire",
        "evaluation.adaptation": "a adapté un questionnaire",
        "evaluation.questionnaire": "a modifié un questionnaire",
        "evaluation.montree": "a changé ce que la région lit de l’évaluation",
        "evaluation.modele": "a gardé un questionnaire comme modèle",
        "evaluation.modele_retire": "a retiré un modèle de questionnaire",
    }
)

FROZEN = "Une réponse est déjà arrivée : les questions ne changent plus."
#: What the team says of a questionnaire beside its questions.
EDITED = ("titre", "echeance", "causes")
#: What each action dates.
_DATES = {"ouvrir": "ouvert_at", "clore": "clos_at", "rouvrir": "state_since", "terminer": "termine_at"}


def allow(questionnaire: Questionnaire, actor: Actor) -> None:
    """Raise ``NotAllowed`` unless ``actor`` writes in this questionnaire for the team."""
    if refusal := why_not_write(actor, questionnaire):
        raise NotAllowed(refusal)


def touched(questionnaire: Questionnaire) -> None:
    """The dossier lived: last in the transaction of every service."""
    touch(questionnaire.ingenierie_id, ended=questionnaire.mois is not None)


@transaction.atomic
def prepare(
    ingenierie: Ingenierie,
    code: str,
    actor: Actor,
    convention: Convention | None = None,
    mois: int | None = None,
    modele: ModeleQuestionnaire | None = None,
) -> Questionnaire:
    """The ingénierie's own copy of the definition ``code`` (or of a ``modele`` of it), with those already known who
    answer. ``mois``: asked again so many months after the end.

    Raises ``NotAllowed``; ``InvalidInput`` when it is there already, when the definition is unknown or of another
    cycle, when the mission is missing or not signed.
    """
    if refusal := why_not_evaluate(actor, ingenierie, mois):
        raise NotAllowed(refusal)
    definition = DEFINITIONS.get(code)
    if definition is None or not definition.concerns(ingenierie.cycle):
        raise InvalidInput("Ce questionnaire n’existe pas pour cette ingénierie.")
    if definition.portee == MISSION:
        if convention is None or convention.ingenierie_id != ingenierie.pk:
            raise InvalidInput("Dites de quelle mission.")
        if not Convention.objects.signed().filter(pk=convention.pk).exists():
            raise InvalidInput("La convention de cette mission n’est pas signée.")
    elif definition.apres and mois is None:
        raise InvalidInput("Ce questionnaire se pose à une date prévue, après la fin.")
    elif definition.portee == INGENIERIE and convention is not None:
        raise InvalidInput("Ce questionnaire porte sur toute l’ingénierie.")
    if modele is not None and modele.code != code:
        raise InvalidInput("Ce modèle est celui d’un autre questionnaire.")
    lock(ingenierie)  # two clicks: one copy, on both databases
    if Questionnaire.objects.filter(ingenierie=ingenierie, convention=convention, code=code, mois=mois).exists():
        raise InvalidInput("Ce questionnaire existe déjà.")
    if modele is not None:
        contenu = lire(modele.contenu).contenu()
    else:
        contenu = definition.contenu()
        if begin := DEPARTS.get(code):
            contenu = begin(ingenierie, contenu)
    titre = contenu["titre"] + (f", {mois} mois après" if mois is not None else "")
    questionnaire = Questionnaire(
        ingenierie=ingenierie, convention=convention, code=code, version_source=definition.version, mois=mois,
        titre=titre, contenu=contenu,
    )  # fmt: skip
    create(questionnaire, actor=actor, verb="evaluation.preparation", scope=ingenierie)
    add_known(questionnaire, actor)
    touched(questionnaire)
    return questionnaire


@transaction.atomic
def adapt(questionnaire: Questionnaire, contenu: Mapping[str, Any], actor: Actor, version: int | None) -> Questionnaire:
    """Keep other questions, put aside, added, asked of others. Raises ``NotAllowed`` after the first answer, even one
    only begun; ``InvalidInput`` with every fault; ``EditConflict``."""
    allow(questionnaire, actor)
    locked = lock(questionnaire, version)
    locked.ingenierie, locked.convention = questionnaire.ingenierie, questionnaire.convention
    if locked.state not in (EtatQuestionnaire.PREPARATION, EtatQuestionnaire.OUVERT):
        raise NotAllowed(FROZEN)
    if Reponse.objects.filter(repondant__questionnaire=locked.pk).exists():
        raise NotAllowed(FROZEN)
    read = lire(contenu)
    locked.contenu = replace(read, code=locked.code, version=locked.version_source).contenu()
    if locked.is_open:
        locked.contenu = fige(locked)
    fresh = apply_changes(
        questionnaire, {"contenu": locked.contenu}, actor=actor, verb="evaluation.adaptation",
        expected_version=version, scope=questionnaire.ingenierie,
    )  # fmt: skip
    touched(questionnaire)
    return fresh


@transaction.atomic
def update(questionnaire: Questionnaire, values: Mapping[str, Any], actor: Actor, version: int | None) -> Questionnaire:
    """Its title, when answers are expected, the causes found. Raises ``NotAllowed``, ``InvalidInput``,
    ``EditConflict``."""
    allow(questionnaire, actor)
    fresh = apply_changes(
        questionnaire, checked(questionnaire, values, only=EDITED), actor=actor, verb="evaluation.questionnaire",
        expected_version=version, scope=questionnaire.ingenierie,
    )  # fmt: skip
    touched(questionnaire)
    return fresh


@transaction.atomic
def set_salle(
    questionnaire: Questionnaire, values: Mapping[str, Any], actor: Actor, version: int | None
) -> Questionnaire:
    """From when to when the QR code receives answers (``salle_des``, ``salle_jusqua``). Raises as :func:`update`."""
    allow(questionnaire, actor)
    fresh = apply_changes(
        questionnaire, checked(questionnaire, values, only=("salle_des", "salle_jusqua")), actor=actor,
        verb="evaluation.questionnaire", expected_version=version, scope=questionnaire.ingenierie,
    )  # fmt: skip
    touched(questionnaire)
    return fresh


@transaction.atomic
def show_region(
    questionnaire: Questionnaire, montre: bool, *, actor: Actor, version: int | None = None
) -> Questionnaire:
    """Let the region read what comes out of it once it is over, or not any more. The pilot decides.

    Raises ``NotAllowed``, ``StaleState``.
    """
    if refusal := why_not_pilot(actor, questionnaire.ingenierie):
        raise NotAllowed(refusal)
    lock(questionnaire, version, typed=False)
    fresh = apply_changes(
        questionnaire,
        {"montre_region": montre},
        actor=actor,
        verb="evaluation.montree",
        expected_version=None,
        scope=questionnaire.ingenierie,
    )
    touch(questionnaire.ingenierie_id, ended=True)
    return fresh


def perform_action(
    questionnaire: Questionnaire,
    action: str,
    *,
    actor: Actor,
    expected_state: str,
    version: int | None = None,
    reason: str = "",
) -> Questionnaire:
    """One action of the lifecycle. Raises as :func:`core.lifecycle.perform`."""

    def before(locked: Questionnaire) -> None:
        locked.ingenierie, locked.convention = questionnaire.ingenierie, questionnaire.convention
        locked.state_since = clock.now()
        setattr(locked, _DATES[action], locked.state_since)
        if action == "ouvrir":
            locked.contenu = fige(locked)
        if action == "rouvrir":
            locked.clos_at = None

    return perform(
        questionnaire, action, actor=actor, expected_state=expected_state, version=version, reason=reason,
        scope=questionnaire.ingenierie, before=before, effect=touched,
    )  # fmt: skip


# --- Kept to be used again ------------------------------------------------------------------------------------------


@transaction.atomic
def keep_modele(questionnaire: Questionnaire, nom: str, actor: Actor) -> ModeleQuestionnaire:
    """Keep the questions as a model of the actor's organisation. Raises ``NotAllowed``, ``InvalidInput``."""
    allow(questionnaire, actor)
    if actor.organisation is None:
        raise NotAllowed("Un modèle est gardé pour une organisation.")
    row = ModeleQuestionnaire(
        organisation=actor.organisation, code=questionnaire.code, contenu=lire(questionnaire.contenu).contenu()
    )
    return create(row, {"nom": nom}, actor=actor, verb="evaluation.modele", scope=questionnaire.ingenierie)


@transaction.atomic
def drop_modele(modele: ModeleQuestionnaire, actor: Actor) -> None:
    """Remove a model of one's organisation; what was made from it stays. Raises ``NotAllowed``."""
    if actor.membership is None or actor.organisation_id != modele.organisation_id or not actor.membership.writes:
        raise NotAllowed("Ce modèle est celui d’une autre organisation.")
    remove(lock(modele), actor=actor, verb="evaluation.modele_retire", scope=modele.organisation)
