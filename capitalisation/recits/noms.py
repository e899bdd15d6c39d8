"""Names of structures and of people taken out of what is frozen, and put back at each reading, or not.

A mark is ``⟦s:pk⟧`` (a ``StructureCiblee``) or ``⟦p:pk⟧`` (a ``Consentement`` of somebody). :func:`marquer` puts them,
:func:`lire` replaces each by the name of today of who agrees to be named, by « une structure » or « une personne »
otherwise. Names are recognised whatever their accents, capitals, hyphens and spaces, only as whole words; the longest
first. So are a name without its legal form, « Mme » and a family name, the names that a sheet had before. Nobody types
a mark: what looks like one is taken apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from capitalisation.consentements.enums import EtatConsentement
from capitalisation.consentements.lecture import ANONYME, PERSONNE
from capitalisation.consentements.models import Consentement
from core.models import JournalEntry
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee
from structures.annuaire.models import Structure

#: A sigle of so few letters is also a word (« AIR », « CAP »): it is a name only in its own capitals.
COURT = 4
_MARK = re.compile(r"⟦([sp]):([0-9]{1,18})⟧")
#: What stands before a name and does not before « une structure »: an article goes, « de » and « que » are elided.
_AVANT = re.compile(
    r"(?<!\w)(?P<mot>(?:de|à)[ \u00a0]+(?:la|les|l[’'])|de|des|du|au|aux|que|lorsque|puisque"
    r"|jusque|les?|la|l[’']|MM?\.|Mme|Mlle|Monsieur|Madame)[ \u00a0]*(?=⟦[sp]:[0-9]{1,18}⟧)",
    re.IGNORECASE,
)
#: Legal forms that one leaves out when one speaks of a structure.
_FORME = re.compile(r"(?:l )?(?:association|asso|cooperative|fondation|scic|scop|sarl|sas|eurl) ")
#: Without what follows an article or a preposition, a name is a word among others (« Association pour la culture »).
_LIAISONS = frozenset(("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "pour", "sur"))
_CIVILITES = ("M.", "Mr", "Monsieur", "Mme", "Madame", "Mlle", "Dr", "Docteur", "Maître")


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
    """The structures of a dossier, the people of its consents, who agrees now. Four queries; none without one."""
    if ingenierie is None:
        return Noms()
    found: list[Nom] = []
    tous: dict[str, str] = {}
    rows = Consentement.objects.filter(structure__ingenierie=ingenierie).order_by()
    given: set[str] = set()
    for pk, structure, personne, etat in rows.values_list("pk", "structure", "personne", "etat"):
        cle = f"p:{pk}" if personne else f"s:{structure}"
        if personne:
            found += [Nom(cle, personne), *_civiles(cle, personne)]
            tous[cle] = personne
        if etat == EtatConsentement.ACCORDE:
            given.add(cle)
    structures = StructureCiblee.objects.filter(ingenierie=ingenierie).order_by()
    sheets: dict[int, str] = {}
    for pk, sheet, name, sigle in structures.values_list("pk", "structure", "structure__name", "structure__sigle"):
        cle = f"s:{pk}"
        tous[cle], sheets[sheet] = name, cle
        found += _structure(cle, name, sigle)
    found += _avant(ingenierie, sheets, {_key(nom) for nom in tous.values()})
    # Of those who bear one name, all agree or none is named: a text does not say which of them it means.
    silent = {_key(nom) for cle, nom in tous.items() if cle not in given}
    nommables = {cle: nom for cle, nom in tous.items() if cle in given and _key(nom) not in silent}
    # What several may be called by is first that of whoever does not agree.
    return Noms(tuple(sorted(found, key=lambda nom: nom.cle in nommables)), Accords(nommables, tous))


def _structure(cle: str, name: str, sigle: str | None) -> list[Nom]:
    found = [Nom(cle, name)]
    if (short := _sans_forme(name)) is not None:
        found.append(Nom(cle, short))
    if sigle and sigle.strip():
        found.append(Nom(cle, sigle, exact=len(_letters(sigle)) <= COURT))
    return found


def _sans_forme(name: str) -> str | None:
    """A name without its legal form, when what is left still names: two words at least."""
    form = _FORME.match(_key(name))
    if form is None:
        return None
    rest = _key(name)[form.end() :].split()
    if not rest or rest[0] in ("d", "de", "des", "du", "pour") or len(set(rest) - _LIAISONS) < 2:
        return None
    return " ".join(rest)


def _civiles(cle: str, personne: str) -> list[Nom]:
    """« Mme Durand » of « Claire Durand »."""
    family = personne.split()[1:]
    return [Nom(cle, f"{civilite} {' '.join(family)}") for civilite in _CIVILITES] if family else []


def _avant(ingenierie: Ingenierie, sheets: Mapping[int, str], known: set[str]) -> list[Nom]:
    """What the structures were called before they were renamed or their sheets merged, and those that were taken off
    the list: a text written then still says it. ``sheets``: the key of each sheet."""
    found: list[Nom] = []
    keys = dict(sheets)
    merged = Structure.objects.filter(merged_into__in=list(sheets)).order_by()
    for pk, name, sigle, kept in merged.values_list("pk", "name", "sigle", "merged_into"):
        keys[pk] = sheets[kept]
        found += _structure(keys[pk], name, sigle)
    renamed = Q(object_type=Structure._meta.label_lower, object_id__in=list(keys), changes__has_key="name")
    gone = Q(
        scope_type=Ingenierie._meta.label_lower, scope_id=ingenierie.pk, verb="projects.structure_supprimee",
        object_type=StructureCiblee._meta.label_lower,
    )  # fmt: skip
    told = JournalEntry.objects.filter(renamed | gone).order_by()
    for kind, pk, label, changes in told.values_list("object_type", "object_id", "object_label", "changes"):
        if kind == Structure._meta.label_lower:
            cle, names = keys[pk], [name for name in changes["name"] or () if isinstance(name, str)]
        else:
            cle, names = f"s:{pk}", [label]
        found += [nom for name in names if name and _key(name) not in known for nom in _structure(cle, name, None)]
    return found


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


def _key(text: str) -> str:
    """A name as two are compared."""
    return _folded(text)[0].strip()


def _letters(text: str) -> str:
    return _folded(text)[0].replace(" ", "")


def _patterns(noms: Iterable[Nom]) -> tuple[re.Pattern[str] | None, dict[str, list[Nom]]]:
    """One expression for all the names, the longest first, and whose each is."""
    by_text: dict[str, list[Nom]] = {}
    for nom in noms:
        key = _key(nom.texte)
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
        before = accorde[: found.start()].rstrip(" \u00a0\n")
        # A sentence begins by a capital.
        return said.capitalize() if not before or before[-1] in ".!?…" else said

    def agree(found: re.Match[str]) -> str:
        mark = _MARK.match(found.string, found.end())
        if mark is not None and f"{mark[1]}:{mark[2]}" in accords.nommables:
            return found.group()
        word = " ".join(found["mot"].split()).lower()
        said = "à " if word[0] in "àa" else "d’" if word[0] == "d" else f"{word[:-1]}’" if word.endswith("que") else ""
        return said[:1].upper() + said[1:] if found["mot"][0].isupper() else said

    # « que Mme » : twice.
    accorde = _AVANT.sub(agree, _AVANT.sub(agree, texte))
    return _MARK.sub(name, accorde)


def sans_personne(texte: str) -> str:
    """A marked text without anybody in it: to be searched, not to be read."""
    return _MARK.sub(" ", texte)


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
