"""What the rooms above add to the evaluation: their pages, what follows a questionnaire, what questions depend on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.actor import Actor
from core.registry import Registry

if TYPE_CHECKING:
    from evaluation.questionnaires.models import Questionnaire, Repondant
    from missions.conventions.models import Convention
    from projects.ingenierie.models import Ingenierie


@dataclass(frozen=True)
class SalleEvaluation:
    """One room of the evaluation: its label, its route (takes the pk of the ingénierie).

    ``resume(ingenierie)`` says in one line where it stands, ``""`` when there is nothing to say (two queries at most);
    ``cycle``: shown in that cycle only.
    """

    label: str
    route: str
    resume: Callable[[Ingenierie], str] = lambda ingenierie: ""
    cycle: str = ""


SALLES_EVALUATION: Registry[SalleEvaluation] = Registry("salles de l’évaluation")


@dataclass(frozen=True)
class Suite:
    """What one may do next from the page of a questionnaire."""

    label: str
    url: str
    note: str = ""


#: ``(questionnaire, actor) -> the links to show on its page``.
SUITES: Registry[Callable[[Questionnaire, Actor], Iterable[Suite]]] = Registry("suites d’un questionnaire")

#: ``(convention, actor) -> what the prestataire of a mission finds in its space``, beside what it is asked.
ESPACE: Registry[Callable[[Convention, Actor], Iterable[Suite]]] = Registry("évaluation dans l’espace du prestataire")

#: ``(questionnaire) -> what is missing before it ends``, in a sentence, or ``""``.
A_TERMINER: Registry[Callable[[Questionnaire], str]] = Registry("ce qu’il faut avant de terminer un questionnaire")

#: ``(questionnaire) -> why the answers do not open yet to the team``, in a sentence, or ``""``.
LECTURE: Registry[Callable[[Questionnaire], str]] = Registry("ce qu’il faut avant de lire les réponses")

#: By kind of respondents: ``(questionnaire) -> those whom a room above knows``, not saved, beside those of the dossier.
PROPOSES: Registry[Callable[[Questionnaire], Iterable[Repondant]]] = Registry("répondants proposés")

#: ``(questionnaire) -> bool``: facts on which questions and details hang (``quand``).
FAITS: Registry[Callable[[Questionnaire], bool]] = Registry("faits d’un questionnaire")

#: ``(questionnaire) -> what a question is repeated for`` (``repete``), in a stable order.
REPETITIONS: Registry[Callable[[Questionnaire], Sequence[str]]] = Registry("répétitions d’un questionnaire")

#: ``(ingenierie, contenu) -> contenu``, by code of definition: from what the copy of an ingénierie begins, when it does
#: not begin from a model.
DEPARTS: Registry[Callable[[Ingenierie, dict], dict]] = Registry("départs d’un questionnaire")

#: ``(repondant) -> {question: what was known before}``: said beside the question, to whoever answers.
AVANT: Registry[Callable[[Repondant], Mapping[str, str]]] = Registry("ce qui était connu avant")
