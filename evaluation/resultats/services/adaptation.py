"""A project chooses what it asks of results: questions kept or put aside with a reason, sources changed, its own added;
a DLA keeps the result as a model."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from core.actor import Actor
from core.editing import lock
from core.errors import InvalidInput
from evaluation.questionnaires import services as asking
from evaluation.questionnaires.contenu import definition_of
from evaluation.questionnaires.definitions import DEFINITIONS, Definition, lire
from evaluation.questionnaires.enums import EtatRepondant, Forme, SorteRepondant
from evaluation.questionnaires.models import ModeleQuestionnaire, Questionnaire
from evaluation.resultats.enums import RESULTATS
from mobilisation.projet.models import CadreEvaluation
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import draft_of

#: The most questions of its own that a project adds.
PROPRES_MAX = 40
PARTENAIRES = (SorteRepondant.C2RA, SorteRepondant.CNAR, SorteRepondant.AUTRE)
HORS_CADRE = "Le cadre de l’évaluation ne prévoit aucune des sources de cette question."


@dataclass(frozen=True)
class Choix:
    """What is decided of one question: asked of whom, or put aside and why."""

    sources: tuple[str, ...] = ()
    ecartee: str = ""


# --- Where it begins ------------------------------------------------------------------------------------------------


def depart_of(ingenierie: Ingenierie, contenu: Mapping[str, Any]) -> dict[str, Any]:
    """As the questionnaire of this ingénierie begins (``registry.DEPARTS``): from the framework that it adopted."""
    return depart(contenu, draft_of(CadreEvaluation, ingenierie))


def depart(contenu: Mapping[str, Any], cadre: CadreEvaluation) -> dict[str, Any]:
    """``contenu`` as the framework begins it: asked of those who take part in the evaluation.

    A framework that says nothing of who takes part leaves everything.
    """
    taking_part = {
        SorteRepondant.STRUCTURE: cadre.participation_structures,
        **dict.fromkeys(PARTENAIRES, cadre.participation_partenaires),
        SorteRepondant.PRESTATAIRE: cadre.participation_intervenants,
    }
    if not any(text.strip() for text in taking_part.values()):
        return dict(contenu)
    left_out = {sorte for sorte, text in taking_part.items() if not text.strip()}
    choices = {}
    definition = lire(contenu)
    for partie in definition.parties:
        for question in partie.questions:
            sources = definition.answers(question, partie)
            kept = tuple(sorte for sorte in sources if sorte not in left_out)
            choices[question.code] = Choix(kept or sources, "" if kept else HORS_CADRE)
    return applied(contenu, choices)


# --- What is chosen -------------------------------------------------------------------------------------------------


def applied(contenu: Mapping[str, Any], choices: Mapping[str, Choix]) -> dict[str, Any]:
    """``contenu`` with what was chosen of each question; what was not spoken of stays. Raises ``InvalidInput``."""
    found = copy.deepcopy(dict(contenu))
    faults = []
    for partie in found["parties"]:
        for question in partie["questions"]:
            choice = choices.get(question["code"])
            if choice is None:
                continue
            if not choice.sources and not choice.ecartee:
                faults.append(f"« {question['texte']} » : dites à qui la poser, ou pourquoi vous l’écartez.")
            _choose(question, choice)
    if all(q.get("ecartee") for partie in found["parties"] for q in partie["questions"]):
        faults.append("Gardez une question au moins.")
    if faults:
        raise InvalidInput(" ".join(faults), reasons=faults if len(faults) > 1 else ())
    found["repondants"] = _asked(found)
    return found


def _asked(contenu: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The kinds of respondents that are still asked something, as the definition says them."""
    wanted = {
        sorte
        for partie in contenu["parties"]
        for question in partie["questions"]
        for sorte in question.get("repondants") or partie.get("repondants") or ()
    }
    known = DEFINITIONS[contenu["code"]].contenu()["repondants"]
    return [row for row in known if row["code"] in wanted]


def sources_of(code: str) -> list[tuple[str, str]]:
    """Who may be asked, as (code, label), in the order of the table."""
    return [(row.code, SorteRepondant(row.code).label) for row in DEFINITIONS[code].repondants]


def _choose(question: dict[str, Any], choice: Choix) -> None:
    question.pop("ecartee", None)
    if choice.ecartee:
        question["ecartee"] = choice.ecartee
    if not choice.sources:
        return
    question["repondants"] = list(choice.sources)
    # A source that the table did not have answers in words, unless it is a structure.
    formes = dict(question.get("formes") or {})
    for sorte in choice.sources:
        if sorte != SorteRepondant.STRUCTURE and not question.get("propre"):
            formes.setdefault(sorte, Forme.TEXTE.value)
    if formes:
        question["formes"] = {sorte: forme for sorte, forme in formes.items() if sorte in choice.sources}


def adapter(
    questionnaire: Questionnaire, choices: Mapping[str, Choix], *, actor: Actor, version: int | None
) -> Questionnaire:
    """Keep what was chosen. Raises ``NotAllowed`` after the first answer, ``InvalidInput``, ``EditConflict``."""
    return _adapt(questionnaire, lambda contenu: applied(contenu, choices), actor, version)


def _adapt(
    questionnaire: Questionnaire,
    change: Callable[[dict[str, Any]], dict[str, Any]],
    actor: Actor,
    version: int | None = None,
) -> Questionnaire:
    """Change the questions, and who is asked with them."""
    ingenierie = questionnaire.ingenierie
    with transaction.atomic():
        locked = lock(questionnaire, version)
        locked.ingenierie = ingenierie
        fresh = asking.adapt(locked, change(copy.deepcopy(locked.contenu)), actor, locked.version)
        fresh.ingenierie = ingenierie
        asking.add_known(fresh, actor)
        _let_go(fresh, actor)
    return fresh


def _let_go(questionnaire: Questionnaire, actor: Actor) -> None:
    """Take away those whom nothing is asked any more and who were never written to."""
    waiting = questionnaire.repondants.filter(state=EtatRepondant.ATTENDU, sollicite_at=None)
    for row in waiting.exclude(sorte__in=definition_of(questionnaire).asked):
        row.questionnaire = questionnaire
        asking.remove_repondant(row, actor)


def ajouter_question(
    questionnaire: Questionnaire,
    *,
    actor: Actor,
    partie: str,
    texte: str,
    forme: str,
    sources: tuple[str, ...],
    choix: tuple[str, ...] = (),
) -> Questionnaire:
    """Add a question of the project's own at the end of ``partie``. Raises ``NotAllowed``, ``InvalidInput``."""

    def change(contenu: dict[str, Any]) -> dict[str, Any]:
        own = [q for p in contenu["parties"] for q in p["questions"] if q.get("propre")]
        if len(own) >= PROPRES_MAX:
            raise InvalidInput(f"{PROPRES_MAX} questions de plus au plus.")
        where = next((p for p in contenu["parties"] if p["code"] == partie), None)
        if where is None:
            raise InvalidInput("Ce groupe de questions n’existe pas.")
        row: dict[str, Any] = {
            "code": _free_code(lire(contenu)),
            "texte": texte,
            "forme": forme,
            "repondants": list(sources),
            "propre": True,
        }
        if forme == Forme.CHOIX:
            row["choix"] = list(choix)
        where.setdefault("questions", []).append(row)
        contenu["repondants"] = _asked(contenu)
        return contenu

    return _adapt(questionnaire, change, actor)


def _free_code(definition: Definition) -> str:
    taken = {question.code for question in definition.questions}
    return next(code for rank in range(1, len(taken) + 2) if (code := f"propre_{rank}") not in taken)


def retirer_question(questionnaire: Questionnaire, code: str, *, actor: Actor) -> Questionnaire:
    """Take away a question of the project's own; those of the table are put aside, never taken away.

    Raises ``NotAllowed``, ``InvalidInput``.
    """

    def change(contenu: dict[str, Any]) -> dict[str, Any]:
        for partie in contenu["parties"]:
            kept = [q for q in partie["questions"] if not (q["code"] == code and q.get("propre"))]
            if len(kept) != len(partie["questions"]):
                partie["questions"] = kept
                contenu["repondants"] = _asked(contenu)
                return contenu
        raise InvalidInput("Seule une question que vous avez ajoutée se retire ; une question du tableau s’écarte.")

    return _adapt(questionnaire, change, actor)


# --- Models of an organisation --------------------------------------------------------------------------------------


def modeles_of(actor: Actor, code: str = RESULTATS) -> list[ModeleQuestionnaire]:
    """The models that the organisation of ``actor`` keeps of this questionnaire."""
    if actor.organisation_id is None:
        return []
    return list(ModeleQuestionnaire.objects.filter(organisation=actor.organisation_id, code=code).defer("contenu"))
