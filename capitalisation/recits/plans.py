"""The layout of each genre of récit as data (``data/<genre>.yaml``): its parts, its headings in their exact words.

:func:`lire` reads one and refuses, in sentences, what could not be written. Adding a genre is adding a file and its
code in :class:`capitalisation.recits.enums.Genre`; adding a heading is adding a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from capitalisation.recits.enums import Genre
from core.errors import InvalidInput
from projects.enums import Cycle
from referentiels.models import Secteur, TypePrestation

DATA = Path(__file__).resolve().parent / "data"

#: The formes of a rubrique; what each holds is in :mod:`capitalisation.recits.valeurs`.
TEXTE, POINTS, CHOIX, CHOIX_MULTIPLE = "texte", "points", "choix", "choix_multiple"
NOMBRE, MONTANTS, ETAPES, PAROLES = "nombre", "montants", "etapes", "paroles"
FORMES = (TEXTE, POINTS, CHOIX, CHOIX_MULTIPLE, NOMBRE, MONTANTS, ETAPES, PAROLES)
#: Those that are a list of rows, and what a row may hold, with the label of each.
CHAMPS: Mapping[str, Mapping[str, str]] = {
    MONTANTS: {"libelle": "Quoi", "montant": "Montant en euros", "taxes": "Taxes", "jours": "Pour combien de jours"},
    ETAPES: {
        "titre": "Étape",
        "jours": "Jours",
        "texte": "Ce qui s’est passé",
        "attendus": "Résultats attendus",
        "methodes": "Méthodes",
    },
    PAROLES: {"qui": "Qui parle (un rôle, jamais un nom)", "texte": "Ce qui est dit"},
}
CYCLES = (Cycle.COLLECTIVE.value, Cycle.INDIVIDUELLE.value, "les_deux")

#: Lists of choices that the application keeps already: ``choix_de`` names one.
LISTES: Mapping[str, Callable[[], list[tuple[str, str]]]] = {
    "types_prestation": lambda: list(TypePrestation.objects.values_list("code", "label")),
    "secteurs": lambda: list(Secteur.objects.values_list("code", "label")),
}

_SLUG = re.compile(r"[a-z0-9][a-z0-9_]*\Z")


@dataclass(frozen=True)
class RubriquePrevue:
    """One heading, and what is said under it.

    ``titre`` is printed ("" when the heading of the part says it already), ``titres`` the other wordings that the
    source also prints; ``libelle`` names it on the pages where it is written. A rubrique without ``forme`` is only the
    heading of its ``sous``. ``chiffre`` puts it among the key figures, under that label. ``voir``: another rubrique
    that says it already; without a value of its own, one is sent there.
    """

    code: str
    titre: str = ""
    libelle: str = ""
    titres: tuple[str, ...] = ()
    forme: str = ""
    choix: tuple[tuple[str, str], ...] = ()
    choix_de: str = ""
    champs: Mapping[str, str] = field(default_factory=dict)
    aide: str = ""
    obligatoire: bool = False
    chiffre: str = ""
    voir: str = ""
    sous: tuple[RubriquePrevue, ...] = ()

    @property
    def nom(self) -> str:
        """How it is named on the pages where it is written."""
        return self.libelle or self.titre

    def options(self) -> list[tuple[str, str]]:
        """What may be chosen: its own list, or one that the application keeps."""
        return LISTES[self.choix_de]() if self.choix_de else list(self.choix)


@dataclass(frozen=True)
class PartiePrevue:
    """One part: its heading ("" above the title), its rubriques. ``cle``: a reading key, read as a table."""

    code: str
    titre: str = ""
    cle: bool = False
    rubriques: tuple[RubriquePrevue, ...] = ()


@dataclass(frozen=True)
class PlanRecit:
    """A whole layout. ``avertissement`` is the line said with every version; ``pages`` how many are aimed at;
    ``sous_titres`` those that its source prints."""

    genre: str
    titre: str
    aide: str = ""
    source: str = ""
    cycle: str = "les_deux"
    pages: str = ""
    avertissement: str = ""
    sous_titres: tuple[str, ...] = ()
    parties: tuple[PartiePrevue, ...] = ()

    @property
    def rubriques(self) -> list[RubriquePrevue]:
        """All those that say something, in their order, the ones inside others too."""
        found: list[RubriquePrevue] = []
        for partie in self.parties:
            for rubrique in partie.rubriques:
                found += [one for one in (rubrique, *rubrique.sous) if one.forme]
        return found

    def rubrique(self, code: str) -> RubriquePrevue | None:
        return next((one for one in self.rubriques if one.code == code), None)

    def concerns(self, cycle: str) -> bool:
        """Is it for an ingénierie of this cycle?"""
        return self.cycle in ("les_deux", cycle)


# --- Reading --------------------------------------------------------------------------------------------------------


class _Reader:
    """Reads one layout; every fault is a sentence, and all are said at once."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def refuse(self, wrong: bool, sentence: str) -> None:
        if wrong:
            self.faults.append(sentence)

    def unknown(self, raw: Mapping[str, Any], kind: type, where: str) -> None:
        extra = sorted(set(raw) - set(kind.__dataclass_fields__))
        self.refuse(bool(extra), f"{where} : {', '.join(extra)} : inconnu.")

    def rubrique(self, raw: Mapping[str, Any], partie: str, *, inside: bool = False) -> RubriquePrevue:
        code, titre = str(raw.get("code", "")), str(raw.get("titre") or "").strip()
        where = f"Rubrique {code or titre or '?'}"
        self.unknown(raw, RubriquePrevue, where)
        self.refuse(not _SLUG.match(code) or len(code) > 60, f"{where} : code absent ou mal formé.")
        libelle = str(raw.get("libelle") or titre or partie).strip()
        self.refuse(not libelle, f"{where} : donnez-lui un titre ou un libellé.")
        forme = str(raw.get("forme") or "")
        sous = tuple(self.rubrique(one, partie, inside=True) for one in raw.get("sous") or ())
        self.refuse(inside and bool(sous), f"{where} : une rubrique à l’intérieur d’une autre n’en contient pas.")
        self.refuse(not forme and not sous, f"{where} : dites sa forme.")
        self.refuse(bool(forme) and forme not in FORMES, f"{where} : la forme « {forme} » est inconnue.")
        choix = tuple((str(key), str(label)) for key, label in (raw.get("choix") or {}).items())
        choix_de = str(raw.get("choix_de") or "")
        chosen = forme in (CHOIX, CHOIX_MULTIPLE)
        self.refuse(chosen and not choix and not choix_de, f"{where} : proposez des choix.")
        self.refuse(bool(choix_de) and choix_de not in LISTES, f"{where} : la liste « {choix_de} » est inconnue.")
        known = CHAMPS.get(forme, {})
        champs = {str(key): str(label or known.get(str(key), "")) for key, label in (raw.get("champs") or {}).items()}
        for name in champs:
            self.refuse(name not in known, f"{where} : « {name} » n’est pas un champ de cette forme.")
        return RubriquePrevue(
            code=code,
            titre=titre,
            libelle=libelle,
            titres=tuple(str(other).strip() for other in raw.get("titres") or ()),
            forme=forme,
            choix=choix,
            choix_de=choix_de,
            champs=champs or dict(known),
            aide=str(raw.get("aide") or "").strip(),
            obligatoire=bool(raw.get("obligatoire")),
            chiffre=str(raw.get("chiffre") or ""),
            voir=str(raw.get("voir") or ""),
            sous=sous,
        )

    def partie(self, raw: Mapping[str, Any]) -> PartiePrevue:
        code, titre = str(raw.get("code", "")), str(raw.get("titre") or "").strip()
        self.unknown(raw, PartiePrevue, f"Partie {code or '?'}")
        self.refuse(not _SLUG.match(code), f"Partie {code or titre or '?'} : code absent ou mal formé.")
        rows = raw.get("rubriques") or ()
        return PartiePrevue(code, titre, bool(raw.get("cle")), tuple(self.rubrique(one, titre) for one in rows))

    def plan(self, raw: Mapping[str, Any]) -> PlanRecit:
        self.unknown(raw, PlanRecit, "Plan")
        genre, cycle = str(raw.get("genre", "")), str(raw.get("cycle", "les_deux"))
        self.refuse(genre not in Genre.values, f"Le genre « {genre} » est inconnu.")
        self.refuse(cycle not in CYCLES, f"Le cycle « {cycle} » est inconnu.")
        self.refuse(not raw.get("titre"), "Donnez un titre au plan.")
        found = PlanRecit(
            genre=genre,
            titre=str(raw.get("titre") or ""),
            aide=str(raw.get("aide") or "").strip(),
            source=str(raw.get("source") or "").strip(),
            cycle=cycle,
            pages=str(raw.get("pages") or ""),
            avertissement=str(raw.get("avertissement") or "").strip(),
            sous_titres=tuple(str(one).strip() for one in raw.get("sous_titres") or ()),
            parties=tuple(self.partie(row) for row in raw.get("parties") or ()),
        )
        codes = [one.code for one in found.rubriques]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            self.faults.append(f"La rubrique « {code} » est écrite deux fois.")
        self.refuse(not codes, "Un plan a au moins une rubrique.")
        for one in found.rubriques:
            self.refuse(bool(one.voir) and one.voir not in codes, f"Rubrique {one.code} : « {one.voir} » est inconnue.")
        return found


def lire(contenu: Any) -> PlanRecit:
    """Read a layout. Raises ``InvalidInput`` with every fault, as sentences."""
    if not isinstance(contenu, Mapping):
        raise InvalidInput("Le plan est illisible.")
    reader = _Reader()
    try:
        found = reader.plan(contenu)
    except (TypeError, ValueError, AttributeError) as error:
        raise InvalidInput(" ".join([*reader.faults, "Le plan est illisible."])) from error
    if reader.faults:
        said = list(dict.fromkeys(reader.faults))
        raise InvalidInput(" ".join(said), reasons=said if len(said) > 1 else ())
    return found


@cache
def plans() -> dict[str, PlanRecit]:
    """Those of the repository, by genre. Raises ``ValueError`` naming the file at fault."""
    found: dict[str, PlanRecit] = {}
    for path in sorted(DATA.glob("*.yaml")):
        try:
            plan = lire(yaml.safe_load(path.read_text(encoding="utf-8")))
        except InvalidInput as error:
            raise ValueError(f"{path.name} : {error.sentence}") from error
        if plan.genre != path.stem:
            raise ValueError(f"{path.name} : le genre « {plan.genre} » n’est pas celui du fichier.")
        found[plan.genre] = plan
    return {genre: found[genre] for genre in Genre.values if genre in found}


def plan_of(genre: str) -> PlanRecit:
    """The layout of a genre. Raises ``InvalidInput`` when there is none."""
    found = plans().get(genre)
    if found is None:
        raise InvalidInput("Ce genre de récit n’a pas de plan.")
    return found
