"""A questionnaire as data (``evaluation/data/*.yaml``): its parts, its questions, who answers what and by which way.

A definition and the copy that an ingénierie keeps (``Questionnaire.contenu``) have the same shape; :func:`lire` reads
either and refuses, in sentences, what could not be asked. Adding a questionnaire is adding a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from core.errors import InvalidInput
from evaluation.questionnaires.enums import Forme, SorteRepondant, Voie
from evaluation.questionnaires.registry import FAITS, REPETITIONS
from projects.enums import Cycle

DATA = Path(__file__).resolve().parent.parent / "data"
MISSION, INGENIERIE = "mission", "ingenierie"
#: Of which cycle a definition is.
CYCLES = (Cycle.COLLECTIVE.value, Cycle.INDIVIDUELLE.value, "les_deux")
#: Between the code of a question asked once a result and the rank of the result.
RANG = ":"
#: What is recorded for a choice has a short column (``Reponse.valeur``).
CHOIX_MAX = 60
TEXTE_MAX = 1000

#: The answers that each form offers, as (what is recorded, what is read).
ECHELLE = (("1", "1 · pas du tout"), ("2", "2 · plutôt non"), ("3", "3 · plutôt oui"), ("4", "4 · tout à fait"))
OFFERTES: Mapping[str, tuple[tuple[str, str], ...]] = {
    Forme.OUI_NON: (("oui", "Oui"), ("non", "Non")),
    Forme.OUI_EN_PARTIE_NON: (("oui", "Oui"), ("en_partie", "En partie"), ("non", "Non")),
    Forme.ECHELLE: ECHELLE,
}

_SLUG = re.compile(r"[a-z0-9][a-z0-9_.-]*\Z")
_SORTES = set(SorteRepondant.values)
_FORMES = set(Forme.values)
_VOIES = set(Voie.values)
_NATURES = {"D": "descriptif", "AP": "appréciation, prospective", "A": "appréciation"}
#: What the natures of an answer of the DLA mean.
NATURES: Mapping[str, str] = _NATURES


@dataclass(frozen=True)
class Detail:
    """One line said under a question; ``quand`` names the fact without which it is not said."""

    texte: str
    quand: str = ""


@dataclass(frozen=True)
class Condition:
    """A question is asked only when another one was answered so."""

    question: str
    valeur: str


@dataclass(frozen=True)
class Question:
    """One row. ``repondants``, ``formes`` and ``textes`` say otherwise than the part, the form and the text, for some
    kinds of respondents; ``ecartee`` is why an ingénierie puts it aside, ``propre`` marks one that it added."""

    code: str
    texte: str
    forme: str = Forme.TEXTE.value
    details: tuple[Detail, ...] = ()
    si: Condition | None = None
    quand: str = ""
    repete: str = ""
    choix: tuple[str, ...] = ()
    repondants: tuple[str, ...] = ()
    formes: Mapping[str, str] = field(default_factory=dict)
    textes: Mapping[str, str] = field(default_factory=dict)
    nature: Mapping[str, str] = field(default_factory=dict)
    ecartee: str = ""
    propre: bool = False
    indicateur: str = ""

    def forme_for(self, sorte: str) -> str:
        return self.formes.get(sorte, self.forme)

    def texte_for(self, sorte: str) -> str:
        return self.textes.get(sorte, self.texte)


@dataclass(frozen=True)
class Partie:
    """One part: who answers it, the heading of the free words beside each answer (``""``: there are none)."""

    code: str
    titre: str
    repondants: tuple[str, ...] = ()
    commentaire: str = ""
    introduction: str = ""
    titres: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()

    def titre_for(self, sorte: str) -> str:
        return self.titres.get(sorte, self.titre)


@dataclass(frozen=True)
class RepondantPrevu:
    """One kind of respondents, in the order in which they answer. ``plusieurs``: many of them; ``nom_au_choix``: each
    says whether its name is read by the prestataire; ``seuil``: no average for a group of fewer answers.
    ``introduction`` is what its page says first, ``suite`` what is done with the answer."""

    code: str
    voies: tuple[str, ...] = ()
    plusieurs: bool = False
    nom_au_choix: bool = False
    seuil: int = 0
    introduction: str = ""
    suite: str = ""


@dataclass(frozen=True)
class Commentateur:
    """Who comments every row of ``parties`` once the answers are closed, without altering them."""

    code: str
    parties: tuple[str, ...]
    voies: tuple[str, ...] = (Voie.ESPACE.value,)
    titre: str = "Commentaires"


@dataclass(frozen=True)
class Definition:
    """A whole questionnaire. ``apres``: only asked some months after the end, on the day that was planned."""

    code: str
    version: int
    titre: str
    source: str = ""
    portee: str = MISSION
    cycle: str = "les_deux"
    apres: bool = False
    repondants: tuple[RepondantPrevu, ...] = ()
    commentateurs: tuple[Commentateur, ...] = ()
    parties: tuple[Partie, ...] = ()
    faits: Mapping[str, bool] | None = None
    repetitions: Mapping[str, tuple[str, ...]] | None = None

    @property
    def questions(self) -> list[Question]:
        """All of them, in their order, those put aside too."""
        return [question for partie in self.parties for question in partie.questions]

    def question(self, code: str) -> Question | None:
        """The question of ``code``, whatever the rank of its result."""
        base = code.partition(RANG)[0]
        return next((q for q in self.questions if q.code == base), None)

    def repondant(self, sorte: str) -> RepondantPrevu | None:
        return next((r for r in self.repondants if r.code == sorte), None)

    def commentateur(self, sorte: str) -> Commentateur | None:
        return next((c for c in self.commentateurs if c.code == sorte), None)

    @property
    def asked(self) -> set[str]:
        """The kinds of respondents of whom something is asked, what is put aside left out."""
        return {
            sorte
            for partie in self.parties
            for question in partie.questions
            if not question.ecartee
            for sorte in self.answers(question, partie)
        }

    def concerns(self, cycle: str) -> bool:
        """Is it of this cycle?"""
        return self.cycle in ("les_deux", cycle)

    def answers(self, question: Question, partie: Partie) -> tuple[str, ...]:
        """The kinds of respondents to whom ``question`` is asked."""
        return question.repondants or partie.repondants

    def contenu(self) -> dict[str, Any]:
        """As an ingénierie starts from it: what was frozen at an opening stays behind."""
        return _plain({**asdict(self), "faits": None, "repetitions": None})


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if inner not in (None, "", (), {}, False)}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, str) else value


# --- Reading --------------------------------------------------------------------------------------------------------


class _Reader:
    """Reads one content; every fault is a sentence, and all are said at once."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def refuse(self, wrong: bool, sentence: str) -> None:
        if wrong:
            self.faults.append(sentence)

    def rows(self, raw: Any, where: str) -> list[Mapping[str, Any]]:
        if raw is None:
            return []
        if not isinstance(raw, (list, tuple)) or any(not isinstance(row, Mapping) for row in raw):
            self.faults.append(f"{where} : une liste est attendue.")
            return []
        return list(raw)

    def names(self, raw: Any, known: Iterable[str], where: str) -> tuple[str, ...]:
        names = tuple(map(str, raw or ())) if not isinstance(raw, str) else (raw,)
        for name in names:
            self.refuse(name not in known, f"{where} : « {name} » est inconnu.")
        return names

    def table(self, raw: Any, known: Iterable[str], where: str) -> dict[str, str]:
        if not isinstance(raw or {}, Mapping):
            self.faults.append(f"{where} : une table est attendue.")
            return {}
        found = {str(key): str(value) for key, value in (raw or {}).items()}
        for key in found:
            self.refuse(key not in known, f"{where} : « {key} » est inconnu.")
        return found

    def unknown(self, raw: Mapping[str, Any], kind: type, where: str, also: tuple[str, ...] = ()) -> None:
        extra = sorted(set(raw) - {f.name for f in fields(kind)} - set(also))
        self.refuse(bool(extra), f"{where} : {', '.join(extra)} : inconnu.")

    def question(self, raw: Mapping[str, Any]) -> Question:
        code, texte = str(raw.get("code", "")), str(raw.get("texte", "")).strip()
        where = f"Question {code or texte[:40] or '?'}"
        self.unknown(raw, Question, where, also=("details_si",))
        self.refuse(not _SLUG.match(code) or len(code) > 50, f"{where} : code absent ou mal formé.")
        self.refuse(not texte and not raw.get("repete"), f"{where} : écrivez la question.")
        self.refuse(len(texte) > TEXTE_MAX, f"{where} : {TEXTE_MAX} caractères au plus.")
        forme = str(raw.get("forme", Forme.TEXTE.value))
        self.refuse(forme not in _FORMES, f"{where} : la forme « {forme} » est inconnue.")
        choix = tuple(str(c).strip() for c in raw.get("choix") or ())
        formes = self.table(raw.get("formes"), _SORTES, f"{where}, formes")
        for other in formes.values():
            self.refuse(other not in _FORMES, f"{where} : la forme « {other} » est inconnue.")
        if Forme.CHOIX in (forme, *formes.values()):
            self.refuse(len(choix) < 2, f"{where} : proposez au moins deux choix.")
        self.refuse(len(set(choix)) != len(choix), f"{where} : un choix est écrit deux fois.")
        self.refuse(any(not c or len(c) > CHOIX_MAX for c in choix), f"{where} : un choix a de 1 à {CHOIX_MAX} signes.")
        for name, known in (("quand", FAITS), ("repete", REPETITIONS), ("details_si", FAITS)):
            value = raw.get(name)
            self.refuse(bool(value) and value not in known, f"{where} : « {value} » n’est pas connu ({name}).")
        nature = self.table(raw.get("nature"), _SORTES, f"{where}, nature")
        for value in nature.values():
            self.refuse(value not in _NATURES, f"{where} : la nature « {value} » est inconnue.")
        si = raw.get("si")
        return Question(
            code=code,
            texte=texte,
            forme=forme,
            details=tuple(self.detail(row, raw.get("details_si") or "", where) for row in raw.get("details") or ()),
            si=Condition(str(si.get("question", "")), str(si.get("valeur", ""))) if isinstance(si, Mapping) else None,
            quand=str(raw.get("quand") or ""),
            repete=str(raw.get("repete") or ""),
            choix=choix,
            repondants=self.names(raw.get("repondants"), _SORTES, f"{where}, répondants"),
            formes=formes,
            textes=self.table(raw.get("textes"), _SORTES, f"{where}, textes"),
            nature=nature,
            ecartee=str(raw.get("ecartee") or "").strip(),
            propre=bool(raw.get("propre")),
            indicateur=str(raw.get("indicateur") or ""),
        )

    def detail(self, raw: Any, quand: str, where: str) -> Detail:
        if isinstance(raw, Mapping):
            quand = str(raw.get("quand") or "")
            self.refuse(bool(quand) and quand not in FAITS, f"{where} : « {quand} » n’est pas connu (quand).")
            return Detail(str(raw.get("texte", "")).strip(), quand)
        return Detail(str(raw).strip(), quand)

    def partie(self, raw: Mapping[str, Any]) -> Partie:
        code, titre = str(raw.get("code", "")), str(raw.get("titre", "")).strip()
        where = f"Partie {code or titre or '?'}"
        self.unknown(raw, Partie, where)
        self.refuse(not _SLUG.match(code), f"{where} : code absent ou mal formé.")
        self.refuse(not titre, f"{where} : donnez-lui un titre.")
        return Partie(
            code=code,
            titre=titre,
            repondants=self.names(raw.get("repondants"), _SORTES, f"{where}, répondants"),
            commentaire=str(raw.get("commentaire") or ""),
            introduction=str(raw.get("introduction") or ""),
            titres=self.table(raw.get("titres"), _SORTES, f"{where}, titres"),
            questions=tuple(self.question(row) for row in self.rows(raw.get("questions"), where)),
        )

    def repondant(self, raw: Mapping[str, Any]) -> RepondantPrevu:
        code = str(raw.get("code", ""))
        where = f"Répondants « {code} »"
        self.unknown(raw, RepondantPrevu, where)
        self.refuse(code not in _SORTES, f"{where} : inconnus.")
        voies = self.names(raw.get("voies"), _VOIES, f"{where}, voies")
        self.refuse(not voies, f"{where} : dites par quelle voie ils répondent.")
        return RepondantPrevu(
            code, voies, bool(raw.get("plusieurs")), bool(raw.get("nom_au_choix")), int(raw.get("seuil") or 0),
            str(raw.get("introduction") or ""), str(raw.get("suite") or ""),
        )  # fmt: skip

    def commentateur(self, raw: Mapping[str, Any], parties: Iterable[str]) -> Commentateur:
        code = str(raw.get("code", ""))
        where = f"Commentateurs « {code} »"
        self.unknown(raw, Commentateur, where)
        self.refuse(code not in _SORTES, f"{where} : inconnus.")
        return Commentateur(
            code,
            self.names(raw.get("parties"), parties, f"{where}, parties"),
            self.names(raw.get("voies") or (Voie.ESPACE.value,), _VOIES, f"{where}, voies"),
            str(raw.get("titre") or "Commentaires"),
        )

    def definition(self, raw: Mapping[str, Any]) -> Definition:
        self.unknown(raw, Definition, "Questionnaire")
        code, titre = str(raw.get("code", "")), str(raw.get("titre", "")).strip()
        self.refuse(not _SLUG.match(code) or len(code) > 40, "Le code du questionnaire est absent ou mal formé.")
        self.refuse(not titre, "Donnez un titre au questionnaire.")
        portee, cycle = str(raw.get("portee", MISSION)), str(raw.get("cycle", "les_deux"))
        self.refuse(portee not in (MISSION, INGENIERIE), f"La portée « {portee} » est inconnue.")
        self.refuse(cycle not in CYCLES, f"Le cycle « {cycle} » est inconnu.")
        version = raw.get("version", 1)
        self.refuse(not isinstance(version, int) or version < 1, "La version du questionnaire est un nombre.")
        parties = tuple(self.partie(row) for row in self.rows(raw.get("parties"), "Parties"))
        known = [partie.code for partie in parties]
        repetitions = raw.get("repetitions")
        found = Definition(
            code=code,
            version=version,
            titre=titre,
            source=str(raw.get("source") or ""),
            portee=portee,
            cycle=cycle,
            apres=bool(raw.get("apres")),
            repondants=tuple(self.repondant(row) for row in self.rows(raw.get("repondants"), "Répondants")),
            commentateurs=tuple(
                self.commentateur(row, known) for row in self.rows(raw.get("commentateurs"), "Commentateurs")
            ),
            parties=parties,
            faits=raw.get("faits"),
            repetitions={k: tuple(v) for k, v in repetitions.items()} if repetitions is not None else None,
        )
        self.whole(found)
        return found

    def whole(self, found: Definition) -> None:
        """What only shows once all is read."""
        self.refuse(not found.questions, "Un questionnaire pose au moins une question.")
        self.refuse(not found.repondants, "Dites qui répond.")
        for label, codes in (
            ("La partie", [partie.code for partie in found.parties]),
            ("La question", [question.code for question in found.questions]),
            ("La sorte de répondants", [r.code for r in found.repondants]),
        ):
            for code in sorted({c for c in codes if codes.count(c) > 1}):
                self.faults.append(f"{label} « {code} » est écrite deux fois.")
        asked = {r.code for r in found.repondants}
        by_code = {question.code: question for question in found.questions}
        for partie in found.parties:
            for question in partie.questions:
                who = found.answers(question, partie)
                where = f"Question {question.code}"
                self.refuse(not who, f"{where} : dites à qui elle est posée.")
                for sorte in sorted(set(who) - asked):
                    self.refuse(sorte in _SORTES, f"{where} : « {sorte} » n’est pas parmi ceux qui répondent.")
                if question.si is not None:
                    other = by_code.get(question.si.question)
                    self.refuse(
                        other is None or other.code == question.code or bool(other and other.repete),
                        f"{where} : elle dépend de « {question.si.question} », qui n’est pas une autre question.",
                    )
                    if other is not None:
                        offered = {value for value, _ in offertes(other.forme, other.choix)}
                        self.refuse(
                            question.si.valeur not in offered,
                            f"{where} : « {question.si.valeur} » n’est pas une réponse à « {other.code} ».",
                        )


def offertes(forme: str, choix: Iterable[str] = ()) -> tuple[tuple[str, str], ...]:
    """The answers that a form offers, as (recorded, read); none for a number or a text."""
    if forme == Forme.CHOIX:
        return tuple((c, c) for c in choix)
    return OFFERTES.get(forme, ())


def lire(contenu: Any) -> Definition:
    """Read a content. Raises ``InvalidInput`` with every fault, as sentences."""
    if not isinstance(contenu, Mapping):
        raise InvalidInput("Le questionnaire est illisible.")
    reader = _Reader()
    try:
        found = reader.definition(contenu)
    except (TypeError, ValueError, AttributeError) as error:
        raise InvalidInput(" ".join([*reader.faults, "Le questionnaire est illisible."])) from error
    if reader.faults:
        said = list(dict.fromkeys(reader.faults))
        raise InvalidInput(" ".join(said), reasons=said if len(said) > 1 else ())
    return found


def charger(folder: Path = DATA) -> dict[str, Definition]:
    """The definitions of a folder, by code. Raises ``ValueError`` naming the file at fault."""
    found: dict[str, Definition] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            definition = lire(yaml.safe_load(path.read_text(encoding="utf-8")))
        except InvalidInput as error:
            raise ValueError(f"{path.name} : {error.sentence}") from error
        if definition.code in found:
            raise ValueError(f"{path.name} : le questionnaire « {definition.code} » est écrit deux fois.")
        found[definition.code] = definition
    return found


#: Those of the repository, by code; read by ``providers.register``, once what questions may hang on is known.
DEFINITIONS: dict[str, Definition] = {}
