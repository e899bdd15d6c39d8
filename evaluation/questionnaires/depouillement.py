"""What comes out of a questionnaire: counts, means and texts, by who answered and by group of structures.

Three queries whatever the size: who answered, what was counted, what was written. A group of fewer than ``seuil``
answers is never told apart, nor can it be found by subtracting the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from core.text import normalise
from evaluation.questionnaires.contenu import Ligne, definition_of, questions_for
from evaluation.questionnaires.definitions import Question
from evaluation.questionnaires.enums import EtatRepondant, SorteRepondant
from evaluation.questionnaires.models import Questionnaire, Reponse

#: Fewer answers than this in a group are not told apart, unless the questionnaire says otherwise.
SEUIL = 4
#: Who speaks, where the name is not to be read.
ANONYME: dict[str, str] = {
    SorteRepondant.STRUCTURE: "une structure",
    SorteRepondant.PARTICIPANT: "un participant",
    SorteRepondant.PRESTATAIRE: "un prestataire",
    SorteRepondant.CHARGE_MISSION: "le chargé de mission",
    SorteRepondant.DLA: "le DLA",
}


@dataclass(frozen=True)
class Comptes:
    """How many gave each answer: ``par_valeur`` in the order of the question."""

    label: str
    par_valeur: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.par_valeur.values())

    @property
    def moyenne(self) -> Decimal | None:
        """Of a scale or of numbers; ``None`` of anything else."""
        try:
            values = [(Decimal(value.replace(",", ".")), n) for value, n in self.par_valeur.items() if n]
        except InvalidOperation:
            return None
        total = sum(n for _, n in values)
        return (sum((v * n for v, n in values), Decimal(0)) / total).quantize(Decimal("0.01")) if total else None

    def part(self, valeur: str) -> int:
        """The share of ``valeur``, in per cent."""
        return round(100 * self.par_valeur.get(valeur, 0) / self.total) if self.total else 0


@dataclass(frozen=True)
class Texte:
    """Something written beside an answer, and who wrote it."""

    sorte: str
    qui: str
    texte: str
    valeur: str = ""
    reponse: int = 0
    repondant: int = 0


@dataclass
class QuestionDepouillee:
    """One question, or one row of a question that is asked once a result."""

    code: str
    numero: str
    texte: str
    forme: str
    valeurs: Sequence[tuple[str, str]]
    ensemble: Comptes
    par_sorte: list[Comptes]
    par_groupe: list[Comptes]
    groupes_tus: int
    textes: list[Texte]
    nb_textes: int
    nature: str = ""
    ecartee: str = ""
    propre: bool = False

    @property
    def comptee(self) -> bool:
        """Answers that are counted, beside what is written."""
        return bool(self.valeurs) or bool(self.ensemble.total)

    @property
    def textes_par_sorte(self) -> dict[str, list[Texte]]:
        """What is written, by who wrote it, in the order of the questionnaire."""
        found: dict[str, list[Texte]] = {}
        for texte in self.textes:
            found.setdefault(texte.sorte, []).append(texte)
        return found

    @property
    def ecart(self) -> int:
        """How far apart those who answered stand, in points of per cent on the first answer: 0 when one kind did."""
        if len(self.par_sorte) < 2 or not self.valeurs:
            return 0
        shares = [comptes.part(self.valeurs[0][0]) for comptes in self.par_sorte]
        return max(shares) - min(shares)


@dataclass
class PartieDepouillee:
    """One part and its questions; ``introduction`` is its lead-in line."""

    code: str
    titre: str
    introduction: str
    questions: list[QuestionDepouillee]

    @property
    def comptees(self) -> list[QuestionDepouillee]:
        return [q for q in self.questions if q.comptee and not q.ecartee]


@dataclass(frozen=True)
class Participation:
    """How many of a kind answered, of how many asked."""

    sorte: str
    label: str
    repondus: int
    attendus: int


@dataclass
class Depouillement:
    """Everything, in the order of the questionnaire."""

    parties: list[PartieDepouillee]
    participation: list[Participation]

    @property
    def repondus(self) -> int:
        return sum(row.repondus for row in self.participation)

    @property
    def attendus(self) -> int:
        return sum(row.attendus for row in self.participation)

    @property
    def questions(self) -> list[QuestionDepouillee]:
        return [question for partie in self.parties for question in partie.questions]

    def question(self, code: str) -> QuestionDepouillee | None:
        return next((question for question in self.questions if question.code == code), None)


def seuil_of(questionnaire: Questionnaire) -> int:
    """Under how many answers a group is not told apart."""
    return max((row.seuil for row in definition_of(questionnaire).repondants), default=0) or SEUIL


def depouille(
    questionnaire: Questionnaire, *, pour_prestataire: bool = False, textes: int | None = None, code: str = ""
) -> Depouillement:
    """What was answered, drafts left out.

    ``pour_prestataire``: the names of those who did not let it read them are not there. ``textes``: so many of each
    kind of respondent for a question, all by default. ``code``: of this question alone.
    """
    people = {row["pk"]: row for row in _people(questionnaire)}
    counted = _counted(questionnaire, code)
    groups = {g: name for rows in counted.values() for _, _, g, name, _ in rows if g is not None}
    written, how_many = _written(questionnaire, people, code, textes, pour_prestataire)
    seuil = seuil_of(questionnaire)
    asked = {partie.code: partie.lignes for partie in questions_for(questionnaire, "")}
    parties = []
    for partie in definition_of(questionnaire).parties:
        rows = [
            _question(question, ligne, f"{partie.code}.{rank}", counted, written, how_many, groups, seuil)
            for rank, question in enumerate(partie.questions, start=1)
            for ligne in _lignes(question, asked.get(partie.code, ()))
            if not code or ligne.code == code
        ]
        if rows:
            parties.append(PartieDepouillee(partie.code, partie.titre, partie.introduction, rows))
    return Depouillement(parties, _participation(questionnaire, people.values()))


def _lignes(question: Question, asked: Iterable[Ligne]) -> list[Ligne]:
    """The rows of ``question`` that are asked; one, for a question put aside."""
    if question.ecartee:
        return [Ligne(question.code, question.texte, question.forme)]
    return [ligne for ligne in asked if ligne.question == question.code]


def _people(questionnaire: Questionnaire) -> Iterable[dict[str, Any]]:
    return questionnaire.repondants.order_by("pk").values(
        "pk", "sorte", "nom", "organisme", "nom_visible", "state", structure_nom=F("structure__structure__name"),
        partenaire_nom=F("partenaire__partenaire__name"),
    )  # fmt: skip


def _answers(questionnaire: Questionnaire, code: str) -> Any:
    rows = Reponse.objects.filter(repondant__questionnaire=questionnaire, repondant__state=EtatRepondant.REPONDU)
    return rows.filter(code=code) if code else rows


def _counted(questionnaire: Questionnaire, code: str) -> dict[str, list[tuple[str, str, int | None, str, int]]]:
    """By question: (answer, kind, group, its name, how many)."""
    found: dict[str, list[tuple[str, str, int | None, str, int]]] = defaultdict(list)
    group = "repondant__structure__membres_groupe__groupe"
    rows = (
        _answers(questionnaire, code)
        .exclude(valeur="")
        .values_list("code", "valeur", "repondant__sorte", group, f"{group}__nom")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for question, valeur, sorte, groupe, nom, n in rows:
        found[question].append((valeur, sorte, groupe, nom or "", n))
    return found


def _written(
    questionnaire: Questionnaire,
    people: Mapping[int, dict[str, Any]],
    code: str,
    limit: int | None,
    pour_prestataire: bool,
) -> tuple[dict[str, list[Texte]], dict[str, int]]:
    """By question: the texts, and how many there are."""
    partition = [F("code"), F("repondant__sorte")]
    rows = _answers(questionnaire, code).exclude(texte="")
    if limit is not None:
        rows = rows.annotate(
            rang=Window(RowNumber(), partition_by=partition, order_by="pk"), combien=Window(Count("pk"), partition)
        ).filter(rang__lte=limit)
    else:
        rows = rows.annotate(combien=Window(Count("pk"), partition))
    order = {sorte: rank for rank, sorte in enumerate(SorteRepondant.values)}
    found: dict[str, list[Texte]] = defaultdict(list)
    how_many: dict[str, dict[str, int]] = defaultdict(dict)
    for pk, question, valeur, texte, who, n in rows.order_by("pk").values_list(
        "pk", "code", "valeur", "texte", "repondant", "combien"
    ):
        person = people[who]
        how_many[question][person["sorte"]] = n
        found[question].append(Texte(person["sorte"], qui(person, pour_prestataire), texte, valeur, pk, who))
    for texts in found.values():
        # In the same order from question to question, two answers of one person would be put together.
        texts.sort(key=lambda t: (order.get(t.sorte, 99), normalise(t.texte) if pour_prestataire else ""))
    labels = dict(SorteRepondant.choices)
    return (
        {
            question: [
                Texte(labels.get(t.sorte, t.sorte), t.qui, t.texte, t.valeur, t.reponse, t.repondant) for t in texts
            ]
            for question, texts in found.items()
        },
        {question: sum(each.values()) for question, each in how_many.items()},
    )


def qui(person: Mapping[str, Any], pour_prestataire: bool = False) -> str:
    """Who speaks: « Sam Robin, Les Ateliers », or « un participant » where the name is not to be read."""
    if pour_prestataire and not person["nom_visible"]:
        return ANONYME.get(person["sorte"], "un partenaire")
    organisme = person["organisme"] or person["structure_nom"] or person["partenaire_nom"]
    said = ", ".join(filter(None, (person["nom"], organisme)))
    return said or ANONYME.get(person["sorte"], "un partenaire")


def _question(
    question: Question,
    ligne: Ligne,
    numero: str,
    counted: Mapping[str, list[tuple[str, str, int | None, str, int]]],
    written: Mapping[str, list[Texte]],
    how_many: Mapping[str, int],
    groups: Mapping[int, str],
    seuil: int,
) -> QuestionDepouillee:
    rows = counted.get(ligne.code, [])
    # An answer of a form the question no longer has is still counted.
    known = [*dict(ligne.choix), *sorted({row[0] for row in rows} - set(dict(ligne.choix)))]

    def counts(label: str, keep: Any) -> Comptes:
        summed = dict.fromkeys(known, 0)
        for row in rows:
            if keep(row):
                summed[row[0]] += row[4]
        return Comptes(label, summed)

    sortes = [
        counts(label, lambda row, code=code: row[1] == code)
        for code, label in SorteRepondant.choices
        if any(row[1] == code for row in rows)
    ]
    par_groupe = [counts(name, lambda row, pk=pk: row[2] == pk) for pk, name in sorted(groups.items(), key=_by_name)]
    grouped = {row[1] for row in rows if row[2] is not None}  # the kinds of respondents that have groups
    outside = sum(row[4] for row in rows if row[2] is None and row[1] in grouped)
    shown, hidden = _told_apart(par_groupe, outside, seuil)
    return QuestionDepouillee(
        code=ligne.code,
        numero=numero,
        texte=ligne.texte,
        forme=ligne.forme,
        valeurs=ligne.choix,
        ensemble=counts("ensemble", lambda row: True),
        par_sorte=sortes,
        par_groupe=shown,
        groupes_tus=hidden,
        textes=written.get(ligne.code, []),
        nb_textes=how_many.get(ligne.code, 0),
        nature=question.nature.get(SorteRepondant.DLA, ""),
        ecartee=question.ecartee,
        propre=question.propre,
    )


def _by_name(item: tuple[int, str]) -> str:
    return item[1]


def _told_apart(groups: list[Comptes], outside: int, seuil: int) -> tuple[list[Comptes], int]:
    """The groups that are shown, and how many are not: those under ``seuil``, and as many others as it takes for the
    rest (``outside``: of no group, included) not to be found by subtraction."""
    shown = [group for group in groups if group.total >= seuil]
    silent = [group for group in groups if 0 < group.total < seuil]
    rest = sum(group.total for group in silent) + outside
    while 0 < rest < seuil and shown:
        smallest = min(shown, key=lambda group: group.total)
        shown.remove(smallest)
        silent.append(smallest)
        rest += smallest.total
    return shown, len(silent)


def _participation(questionnaire: Questionnaire, people: Iterable[Mapping[str, Any]]) -> list[Participation]:
    asked, answered = dict[str, int](), dict[str, int]()
    for person in people:
        asked[person["sorte"]] = asked.get(person["sorte"], 0) + 1
        if person["state"] == EtatRepondant.REPONDU:
            answered[person["sorte"]] = answered.get(person["sorte"], 0) + 1
    return [
        Participation(code, label, answered.get(code, 0), asked[code])
        for code, label in SorteRepondant.choices
        if code in asked
    ]


def absents(questionnaire: Questionnaire) -> list[Any]:
    """Who was asked and has not answered, the longest waiting first."""
    return list(
        questionnaire.repondants.filter(~Q(state=EtatRepondant.REPONDU))
        .select_related("structure__structure", "partenaire__partenaire")
        .order_by(F("sollicite_at").asc(nulls_first=True), "pk")
    )
