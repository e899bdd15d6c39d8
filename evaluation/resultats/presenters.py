"""The page of results and its tables, prepared from what came out of a questionnaire."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from core.exports import Sheet
from core.formats import format_number
from evaluation.questionnaires.definitions import NATURES
from evaluation.questionnaires.depouillement import Comptes, Depouillement, PartieDepouillee, QuestionDepouillee
from evaluation.resultats.indicateurs import EcartsStructure, Total
from evaluation.resultats.services.besoins import disent_un_besoin

#: How many texts of each kind of respondent the page of results quotes; the others are on the page of the question.
CITES = 3
#: Up to so many bars, a chart is half as high.
SHORT = 4


@dataclass(frozen=True)
class Case:
    """How many gave one answer, and their share."""

    label: str
    n: int
    part: int


@dataclass(frozen=True)
class Rangee:
    """One line of a table: a question, or a source or a group within it."""

    numero: str
    label: str
    total: int
    cases: list[Case]
    moyenne: str
    dedans: bool = False
    code: str = ""


def _columns(questions: Iterable[QuestionDepouillee]) -> list[tuple[str, str]]:
    """The answers that the questions offer, each once, in their order; those that nothing offers any more last."""
    found: dict[str, str] = {}
    for question in questions:
        if not question.valeurs:
            continue
        found |= {value: label for value, label in question.valeurs if value not in found}
        found |= {value: value for value in question.ensemble.par_valeur if value not in found}
    return list(found.items())


def _rangee(question: QuestionDepouillee, comptes: Comptes, columns: list[tuple[str, str]], *, inside: bool) -> Rangee:
    mean = comptes.moyenne
    return Rangee(
        question.numero,
        comptes.label if inside else question.texte,
        comptes.total,
        [Case(label, comptes.par_valeur.get(value, 0), comptes.part(value)) for value, label in columns],
        "" if mean is None else format_number(mean),
        inside,
        question.code,
    )


def partie(found: PartieDepouillee) -> dict[str, Any]:
    """One part of the page: its table, its chart, its groups, its texts."""
    counted = found.comptees
    columns = _columns(counted)
    rows, groups = [], []
    for question in counted:
        rows.append(_rangee(question, question.ensemble, columns, inside=False))
        if len(question.par_sorte) > 1:
            rows += [_rangee(question, comptes, columns, inside=True) for comptes in question.par_sorte]
        if question.par_groupe:
            groups.append(_rangee(question, question.ensemble, columns, inside=False))
            groups += [_rangee(question, comptes, columns, inside=True) for comptes in question.par_groupe]
    drawn = [question for question in counted if question.valeurs and question.ensemble.total]
    return {
        "code": found.code,
        "labelled": f"t-{found.code}",
        "labelled_groups": f"g-{found.code}",
        "chart_id": f"nombres-{found.code}",
        "titre": found.titre,
        "introduction": found.introduction,
        "columns": [label for _, label in columns],
        "moyennes": any(row.moyenne for row in rows),
        "rows": rows,
        "groupes": groups,
        "tus": max((question.groupes_tus for question in counted), default=0),
        "chart": _chart(drawn, columns),
        "short": len(drawn) <= SHORT,
        "textes": [textes(question) for question in found.questions if question.textes and not question.ecartee],
        "ecartees": [question for question in found.questions if question.ecartee],
        "repondu": any(question.ensemble.total or question.nb_textes for question in found.questions),
    }


def _chart(questions: list[QuestionDepouillee], columns: list[tuple[str, str]]) -> dict[str, Any] | None:
    if not questions:
        return None
    return {
        "bars": [question.numero for question in questions],
        "series": [
            {"label": label, "values": [question.ensemble.par_valeur.get(value, 0) for question in questions]}
            for value, label in columns
        ],
        "unit": "réponses",
    }


def textes(question: QuestionDepouillee) -> dict[str, Any]:
    """What was written for one question, by who wrote it."""
    quoted = sum(map(len, question.textes_par_sorte.values()))
    return {
        "code": question.code,
        "numero": question.numero,
        "texte": question.texte,
        "nature": NATURES.get(question.nature, ""),
        "sortes": list(question.textes_par_sorte.items()),
        "reste": question.nb_textes - quoted,
        "nb": question.nb_textes,
        "besoin": disent_un_besoin(question.code),
    }


# --- Files ----------------------------------------------------------------------------------------------------------


def _population(question: QuestionDepouillee) -> list[tuple[str, Comptes]]:
    return [
        ("ensemble", question.ensemble),
        *((f"source : {one.label}", one) for one in question.par_sorte),
        *((f"groupe : {one.label}", one) for one in question.par_groupe),
    ]


def counts_sheet(found: Depouillement) -> Sheet:
    """Every count: a line for each question and population."""
    columns = _columns(question for question in found.questions if not question.ecartee)
    header = ["Groupe", "N°", "Question", "Population", "Réponses", *(label for _, label in columns), "Moyenne"]
    rows = [
        [
            f"{part.code}. {part.titre}",
            question.numero,
            question.texte,
            label,
            comptes.total,
            *(comptes.par_valeur.get(value, 0) for value, _ in columns),
            comptes.moyenne,
        ]
        for part in found.parties
        for question in part.comptees
        for label, comptes in _population(question)
    ]
    return Sheet("Comptes", header, rows)


def texts_sheet(found: Depouillement) -> Sheet:
    """Everything that was written."""
    rows = [
        [question.numero, question.texte, texte.sorte, texte.qui, _read(question, texte.valeur), texte.texte]
        for question in found.questions
        for texte in question.textes
    ]
    return Sheet("Textes", ["N°", "Question", "Source", "Qui", "Réponse", "Texte"], rows)


def _read(question: QuestionDepouillee, valeur: str) -> str:
    return dict(question.valeurs).get(valeur, valeur)


def participation_sheet(found: Depouillement) -> Sheet:
    rows = [[row.label, row.attendus, row.repondus] for row in found.participation]
    return Sheet("Participation", ["Source", "Interrogés", "Ont répondu"], rows)


def aside_sheet(found: Depouillement) -> Sheet:
    """What was put aside, and why."""
    rows = [[q.numero, q.texte, q.ecartee] for q in found.questions if q.ecartee]
    return Sheet("Questions écartées", ["N°", "Question", "Pourquoi"], rows)


def gaps_sheets(structures: Collection[EcartsStructure], totals: Collection[Total]) -> list[Sheet]:
    """What changed since the start."""
    rows = [
        [row.nom, row.depuis, gap.label, gap.avant, gap.maintenant, gap.difference]
        for row in structures
        for gap in row.ecarts
    ]
    header = ["Structure", "Connu d’après", "Indicateur", "Avant", "Aujourd’hui", "Écart"]
    summed = [[row.label, row.structures, row.avant, row.maintenant, row.difference] for row in totals]
    return [
        Sheet("Écarts par structure", header, rows),
        Sheet("Écarts en tout", ["Indicateur", "Structures", "Avant", "Aujourd’hui", "Écart"], summed),
    ]
