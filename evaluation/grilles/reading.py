"""A filled grid, ready to read: its rows, what was answered, what the prestataire says of it, side by side.

The same for the page of the team, for that of the prestataire and for the printed grid. The prestataire, and whoever
reads from outside the team, reads « un participant » where a name is not to be read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.text import normalise
from evaluation.questionnaires.contenu import Ligne, PartieLue, definition_of, questions_for
from evaluation.questionnaires.definitions import OFFERTES
from evaluation.questionnaires.enums import Forme, SorteRepondant
from evaluation.questionnaires.models import Commentaire, Questionnaire, Repondant, Reponse
from mobilisation.groupes.models import MembreGroupe

UN_PARTICIPANT = "un participant"
SANS_GROUPE = "Sans groupe"
#: Headings of the columns, word for word, by part: the row, the answer, the comments of the prestataire. The heading of
#: the comments of who answers is with the questions.
COLONNES: Mapping[str, tuple[str, str, str]] = {
    "1": ("Conditions de réalisation", "Oui/Non", "Commentaires prestataire"),
    "2": ("Opérationnalité de la mission", "OUI/NON", "Commentaires du prestataire"),
    "3": ("Relation de travail avec le prestataire", "OUI/NON", "Commentaires du prestataire"),
    "4": (
        "résultats attendus (reprise du cahier des charges)",
        "résultats obtenus Oui/Non",
        "Commentaires du prestataire",
    ),
}


@dataclass(frozen=True)
class Colonnes:
    """The four headings of a part."""

    ligne: str
    reponse: str
    commentaires: str
    prestataire: str


@dataclass(frozen=True)
class Dit:
    """What somebody said beside an answer, and who."""

    qui: str
    texte: str


@dataclass(frozen=True)
class LigneLue:
    """One row. ``reponse`` is the answer of the one who answers, or the counts of many (« 6 oui, 1 non »); ``non``:
    somebody answered « non »."""

    code: str
    texte: str
    details: tuple[str, ...]
    reponse: str
    non: bool
    dits: tuple[Dit, ...]
    commentaire: str


@dataclass(frozen=True)
class PartieGrille:
    """One part with its headings."""

    code: str
    titre: str
    colonnes: Colonnes
    lignes: tuple[LigneLue, ...]


@dataclass(frozen=True)
class Groupe:
    """The answers of one group: how many people, how many « oui » in a hundred yes-or-no answers."""

    nom: str
    reponses: int
    oui: int


@dataclass(frozen=True)
class Grille:
    """The whole. ``groupes`` is empty when nothing may be said of them: ``sans_groupes`` says why."""

    parties: tuple[PartieGrille, ...]
    repondus: int
    groupes: tuple[Groupe, ...] = ()
    sans_groupes: str = ""
    repondants: tuple[Repondant, ...] = field(default=())


def read_grille(questionnaire: Questionnaire, *, pour_equipe: bool) -> Grille:
    """Read the grid: five queries at most, whatever it holds.

    ``pour_equipe``: every name is read; otherwise only those that may be.
    """
    rows = list(
        Repondant.objects.filter(questionnaire=questionnaire)
        .answered()
        .select_related("structure__structure")
        .order_by("sorte", "pk")
    )
    given: dict[str, list[tuple[Repondant, Reponse]]] = defaultdict(list)
    by_pk = {row.pk: row for row in rows}
    for answer in Reponse.objects.filter(repondant__in=by_pk).order_by("pk"):
        given[answer.code].append((by_pk[answer.repondant_id], answer))
    comments = {
        row.code: row.texte
        for row in Commentaire.objects.filter(questionnaire=questionnaire, sorte=SorteRepondant.PRESTATAIRE)
    }
    many = {r.code for r in definition_of(questionnaire).repondants if r.plusieurs}
    at_choice = {r.code for r in definition_of(questionnaire).repondants if r.nom_au_choix}
    parts = questions_for(questionnaire, "")

    def who(row: Repondant) -> str:
        if row.sorte == SorteRepondant.CHARGE_MISSION:
            return ""
        if not pour_equipe and not row.nom_visible:
            # A structure is known to whoever reads its grid; not who spoke for it.
            return UN_PARTICIPANT if row.sorte in at_choice else _name(row, named=False)
        return _name(row)

    parties = tuple(_part(part, given, comments, many, who, sort=not pour_equipe) for part in parts)
    people = [row for row in rows if row.sorte in many]
    groupes, sans = _groups(questionnaire, people, given) if people else ((), "")
    return Grille(parties, len(rows), groupes, sans, tuple(rows))


def _name(row: Repondant, *, named: bool = True) -> str:
    organisme = str(row.structure) if row.structure_id else row.organisme
    return ", ".join(filter(None, (row.nom if named else "", organisme))) or row.get_sorte_display()


def _part(part: PartieLue, given, comments, many, who, *, sort: bool) -> PartieGrille:
    ligne, reponse, prestataire = COLONNES.get(part.code, (part.titre, "OUI/NON", "Commentaires du prestataire"))
    headings = Colonnes(ligne, reponse, part.commentaire, prestataire)
    rows = tuple(
        row for asked in part.lignes if (row := _row(asked, given[asked.code], given, comments, many, who, sort))
    )
    return PartieGrille(part.code, part.titre, headings, rows)


def _row(asked: Ligne, answers, given, comments, many, who, sort: bool) -> LigneLue | None:
    # « Si non… »: the row does not arise when nobody answered so.
    if asked.si and not answers and not any(a.valeur == asked.si.valeur for _, a in given[asked.si.question]):
        return None
    values = [answer.valeur for _, answer in answers if answer.valeur]
    said = [Dit(who(row), answer.texte.strip()) for row, answer in answers if answer.texte.strip()]
    if sort:
        # In the same order from row to row, two answers of one person would be put together.
        said.sort(key=lambda dit: normalise(dit.texte))
    counted = any(row.sorte in many for row, _ in answers)
    return LigneLue(
        asked.code,
        asked.texte,
        asked.details,
        told(asked, values, counted=counted),
        "non" in values and asked.forme in (Forme.OUI_NON, Forme.OUI_EN_PARTIE_NON),
        tuple(said),
        comments.get(asked.code, ""),
    )


def told(asked: Ligne, values: Sequence[str], *, counted: bool) -> str:
    """The answers to one row: « Oui », or how many of each."""
    if not values:
        return ""
    if not counted:
        return ", ".join(asked.read(value) for value in values)
    counts = Counter(values)
    order = [value for value, _ in asked.choix] or sorted(counts)
    return ", ".join(f"{counts[value]} {asked.read(value).lower()}" for value in order if counts[value])


def _groups(questionnaire: Questionnaire, people: Sequence[Repondant], given) -> tuple[tuple[Groupe, ...], str]:
    """What each group answered: no figure for fewer answers than the threshold, nor for the others when one could find
    it by taking them away from the whole."""
    groups = dict(
        MembreGroupe.objects.filter(groupe__ingenierie=questionnaire.ingenierie_id).values_list(
            "structure_ciblee", "groupe__nom"
        )
    )
    if not groups:
        return (), ""
    sizes: Counter[str] = Counter()
    yes: dict[str, list[bool]] = defaultdict(list)
    group_of = {row.pk: groups.get(row.structure_id, SANS_GROUPE) for row in people}
    sizes.update(group_of.values())
    known = {value for value, _ in OFFERTES[Forme.OUI_NON]}
    for answers in given.values():
        for row, answer in answers:
            if row.pk in group_of and answer.valeur in known:
                yes[group_of[row.pk]].append(answer.valeur == "oui")
    seuil = max((r.seuil for r in definition_of(questionnaire).repondants), default=0)
    hidden = sum(count for count in sizes.values() if count < seuil)
    if 0 < hidden < seuil or not any(count >= seuil for count in sizes.values()):
        return (), f"Rien n’est dit groupe par groupe : l’un d’eux compte moins de {seuil} réponses."
    shown = [
        Groupe(name, count, round(100 * sum(yes[name]) / len(yes[name])) if yes[name] else 0)
        for name, count in sorted(sizes.items(), key=lambda item: (item[0] == SANS_GROUPE, normalise(item[0])))
        if count >= seuil
    ]
    note = f"Les groupes de moins de {seuil} réponses ne sont pas montrés." if hidden else ""
    return tuple(shown), note


def free_rows(parties: Iterable[PartieGrille]) -> list[LigneLue]:
    """The rows of free words of the results (« Autres résultats ou effets produits »)."""
    return [row for part in parties if part.code == "4" for row in part.lignes if not row.reponse and row.dits]
