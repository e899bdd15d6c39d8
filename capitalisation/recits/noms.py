"""Names of structures and of people taken out of what is frozen, and put back at each reading, or not.

A mark is ``⟦s:pk⟧`` (a ``StructureCiblee``) or ``⟦p:pk⟧`` (a ``Consentement`` of somebody). :func:`marquer` puts them,
:func:`lire` replaces each by the name of today of who agrees to be named, by « une structure » or « une personne »
otherwise. Names are recognised whatever their accents, capitals, hyphens and spaces, only as whole words; the longest
first. Nobody types a mark: what looks like one is taken apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from capitalisation.consentements.enums import EtatConsentement
from capitalisation.consentements.lecture import ANONYME, PERSONNE
from capitalisation.consentements.models import Consentement
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee

#: A sigle of so few letters is also a word (« AIR », « CAP »): it is a name only in its own capitals.
COURT = 4
_MARK = re.compile(r"⟦([sp]):([0-9]{1,18})⟧")
#: « de », « que » before what becomes « une structure »: elided.
_ELISION = re.compile(r"\b(de|que|lorsque|puisque|jusque)[ \u00a0]+(?=⟦[sp]:[0-9]{1,18}⟧)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Nom:
    """One wording that names somebody: ``cle`` is « s:12 », ``exact`` asks for its very capitals."""

    cle: str
    texte: str
    exact: bool = False


@dataclass(frozen=True)
class Accords:
    """Who may be named now, and how: ``cle -> name``; ``tous``: every key that has a name, agreed or not."""

    nommables: Mapping[str, str] = field(default_factory=dict)
    tous: Mapping[str, str] = field(default_factory=dict)

    @property
    def tus(self) -> dict[str, str]:
        """Those who are not named: ``cle -> name``, for the team only."""
        return {cle: nom for cle, nom in self.tous.items() if cle not in self.nommables}


@dataclass(frozen=True)
class Noms:
    """All the names of a dossier, read once: :attr:`noms` to mark, :attr:`accords` to read."""

    noms: tuple[Nom, ...] = ()
    accords: Accords = field(default_factory=Accords)


def noms_de(ingenierie: Ingenierie | None) -> Noms:
    """The structures of a dossier, the people of its consents, who agrees now. Two queries; none without one."""
    if ingenierie is None:
        return Noms()
    found: list[Nom] = []
    tous: dict[str, str] = {}
    rows = Consentement.objects.filter(structure__ingenierie=ingenierie).order_by()
    given: set[str] = set()
    for pk, structure, personne, etat in rows.values_list("pk", "structure", "personne", "etat"):
        cle = f"p:{pk}" if personne else f"s:{structure}"
        if personne:
            found.append(Nom(cle, personne))
            tous[cle] = personne
        if etat == EtatConsentement.ACCORDE:
            given.add(cle)
    structures = StructureCiblee.objects.filter(ingenierie=ingenierie).order_by()
    for pk, name, sigle in structures.values_list("pk", "structure__name", "structure__sigle"):
        cle = f"s:{pk}"
        tous[cle] = name
        found.append(Nom(cle, name))
        if sigle and sigle.strip():
            found.append(Nom(cle, sigle, exact=len(_letters(sigle)) <= COURT))
    # Of those who bear one name, all agree or none is named: a text does not say which of them it means.
    silent = {_folded(nom)[0].strip() for cle, nom in tous.items() if cle not in given}
    nommables = {cle: nom for cle, nom in tous.items() if cle in given and _folded(nom)[0].strip() not in silent}
    return Noms(tuple(found), Accords(nommables, tous))


# --- Marking --------------------------------------------------------------------------------------------------------


def _fold(char: str) -> str:
    """One character as it is compared: without accents, capitals, ligatures; "" when it is neither letter nor digit."""
    plain = unicodedata.normalize("NFKD", char.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae"))
    return "".join(c for c in plain.casefold() if c.isalnum())


def _folded(text: str) -> tuple[str, list[int]]:
    """``text`` as words separated by one space, and where each character of it comes from."""
    out: list[str] = []
    origin: list[int] = []
    for index, char in enumerate(text):
        plain = _fold(char)
        if not plain:
            # An accent typed apart belongs to its letter.
            if not unicodedata.combining(char) and out and out[-1] != " ":
                out.append(" ")
                origin.append(index)
            continue
        for one in plain:
            out.append(one)
            origin.append(index)
    return "".join(out), origin


def _letters(text: str) -> str:
    return _folded(text)[0].replace(" ", "")


def _patterns(noms: Iterable[Nom]) -> tuple[re.Pattern[str] | None, dict[str, list[Nom]]]:
    """One expression for all the names, the longest first, and whose each is."""
    by_text: dict[str, list[Nom]] = {}
    for nom in noms:
        key = _folded(nom.texte)[0].strip()
        if key:
            by_text.setdefault(key, []).append(nom)
    if not by_text:
        return None, {}
    longest = sorted(by_text, key=lambda key: (-len(key), key))
    return re.compile(r"(?<![^ ])(?:" + "|".join(map(re.escape, longest)) + r")(?![^ ])"), by_text


def marqueur(noms: Iterable[Nom]) -> Callable[[str], str]:
    """What marks a text, the names being prepared once for many texts."""
    pattern, by_text = _patterns(noms)

    def mark(text: str) -> str:
        # The marks that are there already stay; what looks like one and is not is taken apart.
        parts: list[str] = []
        end = 0
        for known in _MARK.finditer(text):
            parts += [_plain(text[end : known.start()]), known.group()]
            end = known.end()
        return "".join([*parts, _plain(text[end:])])

    def _plain(text: str) -> str:
        text = text.replace("⟦", "[").replace("⟧", "]")
        if pattern is None or not text:
            return text
        flat, origin = _folded(text)
        out: list[str] = []
        end = 0
        for found in pattern.finditer(flat):
            start, stop = origin[found.start()], origin[found.end() - 1] + 1
            while stop < len(text) and unicodedata.combining(text[stop]):
                stop += 1
            nom = _whose(text[start:stop], by_text[found.group()])
            if nom is None or start < end:
                continue
            out += [text[end:start], f"⟦{nom.cle}⟧"]
            end = stop
        return "".join([*out, text[end:]])

    return mark


def _whose(written: str, candidates: list[Nom]) -> Nom | None:
    for nom in candidates:
        if not nom.exact or _upper(written) == _upper(nom.texte):
            return nom
    return None


def _upper(text: str) -> str:
    """A sigle as it is written, without its points."""
    return "".join(c for c in text if c.isalnum())


def marquer(texte: str, noms: Noms | Iterable[Nom]) -> str:
    """``texte`` with a mark in the place of each name. What a person types is given to :func:`propre` first."""
    return marqueur(noms.noms if isinstance(noms, Noms) else noms)(texte)


def propre(texte: str) -> str:
    """What a person typed, without anything that looks like a mark."""
    return texte.replace("⟦", "[").replace("⟧", "]")


# --- Reading --------------------------------------------------------------------------------------------------------


def lire(texte: str, accords: Accords) -> str:
    """``texte`` with the name of who agrees in the place of each mark, « une structure » or « une personne » else."""

    def name(found: re.Match[str]) -> str:
        cle = f"{found[1]}:{found[2]}"
        if cle in accords.nommables:
            return accords.nommables[cle]
        said = ANONYME if found[1] == "s" else PERSONNE
        before = texte_elide[: found.start()].rstrip(" \u00a0\n")
        # A sentence begins by a capital.
        return said.capitalize() if not before or before[-1] in ".!?…" else said

    def elide(found: re.Match[str]) -> str:
        mark = _MARK.match(texte, found.end())
        named = mark is not None and f"{mark[1]}:{mark[2]}" in accords.nommables
        return found.group() if named else f"{found[1][:-1]}’"

    texte_elide = _ELISION.sub(elide, texte)
    return _MARK.sub(name, texte_elide)


def cles(texte: str) -> set[str]:
    """The keys that a marked text holds."""
    return {f"{kind}:{pk}" for kind, pk in _MARK.findall(texte)}


def partout(valeur: Any, faire: Callable[[str], str]) -> Any:
    """A content with each of its texts changed; the keys of tables and what is not a text stay."""
    if isinstance(valeur, str):
        return faire(valeur)
    if isinstance(valeur, dict):
        return {key: partout(inner, faire) for key, inner in valeur.items()}
    if isinstance(valeur, (list, tuple)):
        return [partout(inner, faire) for inner in valeur]
    return valeur
