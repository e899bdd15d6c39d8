"""What is really asked of each kind of respondents: conditions, details and repeated rows resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from consultations.cahier.models import VersionDiffusee
from consultations.cahier.sections import lines_of
from evaluation.questionnaires.definitions import RANG, Condition, Definition, Partie, Question, lire, offertes
from evaluation.questionnaires.enums import Forme
from evaluation.questionnaires.models import Questionnaire
from evaluation.questionnaires.registry import FAITS, REPETITIONS
from missions.conventions.models import Convention


@dataclass(frozen=True)
class Ligne:
    """One question as it is asked of one kind of respondents. ``code`` holds the rank of a repeated row."""

    code: str
    texte: str
    forme: str
    details: tuple[str, ...] = ()
    choix: tuple[tuple[str, str], ...] = ()
    si: Condition | None = None
    nature: str = ""
    commentaire: str = ""
    indicateur: str = ""
    propre: bool = False
    rang: int = 0

    @property
    def question(self) -> str:
        """The code of the question in the definition."""
        return self.code.partition(RANG)[0]

    def applies(self, valeurs: Mapping[str, str]) -> bool:
        """Is it asked of who answered ``valeurs``? An answer not yet given does not put it aside."""
        if self.si is None:
            return True
        given = valeurs.get(self.si.question, "")
        return not given or given == self.si.valeur

    def wanted(self, valeurs: Mapping[str, str]) -> bool:
        """Does a whole answer hold one to it?"""
        return self.si is None or valeurs.get(self.si.question, "") == self.si.valeur

    def read(self, valeur: str) -> str:
        """A recorded value in words."""
        return dict(self.choix).get(valeur, valeur)


@dataclass(frozen=True)
class PartieLue:
    """One part with the rows asked."""

    code: str
    titre: str
    introduction: str
    commentaire: str
    lignes: tuple[Ligne, ...]


def definition_of(questionnaire: Questionnaire) -> Definition:
    """The copy of the ingénierie, read once an object."""
    known = questionnaire.__dict__.get("_definition")
    if known is None or known[0] is not questionnaire.contenu:
        known = (questionnaire.contenu, lire(questionnaire.contenu))
        questionnaire.__dict__["_definition"] = known
    return known[1]


def fait(questionnaire: Questionnaire, code: str) -> bool:
    """A fact on which questions hang: as it stood at the opening, else as it stands."""
    frozen = definition_of(questionnaire).faits
    if frozen is not None and code in frozen:
        return bool(frozen[code])
    found = FAITS.get(code)
    return bool(found and found(questionnaire))


def repetitions(questionnaire: Questionnaire, code: str) -> tuple[str, ...]:
    """What a question is repeated for: as it stood at the opening, else as it stands."""
    frozen = definition_of(questionnaire).repetitions
    if frozen is not None and code in frozen:
        return tuple(frozen[code])
    found = REPETITIONS.get(code)
    return tuple(found(questionnaire)) if found else ()


def fige(questionnaire: Questionnaire) -> dict:
    """The content as it is frozen at the opening: with the facts and the repeated rows of that day."""
    questions = definition_of(questionnaire).questions
    named = {d.quand for q in questions for d in q.details} | {q.quand for q in questions}
    repeated = {q.repete for q in questions}
    return {
        **questionnaire.contenu,
        "faits": {code: fait(questionnaire, code) for code in sorted(named - {""})},
        "repetitions": {code: list(repetitions(questionnaire, code)) for code in sorted(repeated - {""})},
    }


def _rows(questionnaire: Questionnaire, question: Question, partie: Partie, sorte: str) -> list[Ligne]:
    """``sorte`` ``""``: as the definition says it, for whoever reads all."""
    if question.ecartee or (question.quand and not fait(questionnaire, question.quand)):
        return []
    forme = question.forme_for(sorte)
    common = {
        "forme": forme,
        "details": tuple(d.texte for d in question.details if not d.quand or fait(questionnaire, d.quand)),
        "choix": offertes(forme, question.choix),
        "si": question.si,
        "nature": question.nature.get(sorte, ""),
        "commentaire": partie.commentaire if forme != Forme.TEXTE else "",
        "indicateur": question.indicateur,
        "propre": question.propre,
    }
    texte = question.texte_for(sorte)
    if not question.repete:
        return [Ligne(question.code, texte, **common)]
    return [
        Ligne(f"{question.code}{RANG}{rang}", f"{texte} {what}".strip(), rang=rang, **common)
        for rang, what in enumerate(repetitions(questionnaire, question.repete), start=1)
    ]


def questions_for(questionnaire: Questionnaire, sorte: str) -> list[PartieLue]:
    """What is asked of the respondents of ``sorte``, part by part; all that is asked when ``sorte`` is ``""``."""
    definition = definition_of(questionnaire)
    found = []
    for partie in definition.parties:
        lignes = [
            ligne
            for question in partie.questions
            if not sorte or sorte in definition.answers(question, partie)
            for ligne in _rows(questionnaire, question, partie, sorte)
        ]
        if lignes:
            found.append(
                PartieLue(partie.code, partie.titre_for(sorte), partie.introduction, partie.commentaire, tuple(lignes))
            )
    return found


def lignes_for(questionnaire: Questionnaire, sorte: str) -> dict[str, Ligne]:
    """The same, flat, by code."""
    return {ligne.code: ligne for partie in questions_for(questionnaire, sorte) for ligne in partie.lignes}


def commented(questionnaire: Questionnaire, sorte: str) -> list[PartieLue]:
    """The parts on which ``sorte`` comments, with every row asked of anybody."""
    commentateur = definition_of(questionnaire).commentateur(sorte)
    if commentateur is None:
        return []
    return [partie for partie in questions_for(questionnaire, "") if partie.code in commentateur.parties]


# --- What questions hang on -----------------------------------------------------------------------------------------


def _missions(questionnaire: Questionnaire) -> list[Convention]:
    if questionnaire.convention_id:
        return [questionnaire.convention]
    return list(Convention.objects.signed().standing().filter(ingenierie=questionnaire.ingenierie_id))


def plusieurs_journees(questionnaire: Questionnaire) -> bool:
    """Does the mission last several days? Unknown, it is asked rather than left out."""
    days = [convention.jours for convention in _missions(questionnaire)]
    return any(number is None or number > 1 for number in days) or not days


def resultats_attendus(questionnaire: Questionnaire) -> list[str]:
    """The expected results of the cahier as it was diffused, that of the convention first."""
    convention = questionnaire.convention
    version = convention.version_cahier if convention is not None else None
    if version is None:
        version = (
            VersionDiffusee.objects.filter(cahier__ingenierie=questionnaire.ingenierie_id)
            .order_by("-numero", "-pk")
            .first()
        )
    return list(lines_of(version.data.get("resultats_attendus", ""))) if version is not None else []


def register() -> None:
    """Called by :func:`evaluation.questionnaires.providers.register`."""
    FAITS.register("plusieurs_journees", plusieurs_journees)
    REPETITIONS.register("resultats_attendus", resultats_attendus)
