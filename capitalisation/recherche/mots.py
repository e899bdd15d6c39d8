"""The words of a search: what of them counts, and what was meant by one that is nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db.models import Q

from capitalisation.bibliotheque.models import Ressource
from capitalisation.recherche.models import MotConnu
from core.text import normalise, search_words

#: Most of a query that is read, in characters and in words.
LONGUEUR, MOTS = 200, 8
#: Words that say nothing.
_VIDES = frozenset(
    ("a", "au", "aux", "avec", "ce", "ces", "d", "dans", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou")
) | {"par", "pour", "qu", "que", "qui", "s", "sa", "se", "ses", "son", "sur", "un", "une"}
#: Known words: the shortest and the longest kept; of a mistyped one, most that are compared with it and tried.
_COURT, _LONG, _COMPARES, _ESSAYES = 4, 40, 2_000, 3
_MOT = re.compile(r"[^\W\d_]+")


def sans_pluriel(mot: str) -> str:
    """What singular and plural share: it is looked for anywhere in a word (« régionaux » finds « régional »)."""
    if len(mot) > 5 and mot.endswith("aux"):
        return mot[:-2]
    return mot[:-1] if len(mot) > 4 and mot[-1] in "sx" else mot


def mots_cherches(q: str) -> dict[str, str]:
    """``{what is looked for: the word as normalised}`` for a query."""
    found = [mot for mot in search_words(q, limit=MOTS) if mot not in _VIDES]
    return {sans_pluriel(mot): mot for mot in found}


def ecart(one: str, other: str, limit: int) -> int:
    """How many letters are added, missing, changed or swapped between two words; beyond ``limit``, ``limit + 1``."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        last, before, row = before, row, [i]
        for j, b in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def mots_proches(mot: str) -> list[MotConnu]:
    """The known words that ``mot`` may be a misspelling of, nearest first: one query."""
    if len(mot) < _COURT:
        return []
    limit = 1 if len(mot) < 8 else 2
    # A finger slips once: the beginning or the end of the word is right.
    alike = Q(mot__startswith=mot[:2]) | Q(mot__endswith=mot[-3:])
    told = [(ecart(mot, known.mot, limit), known) for known in MotConnu.objects.filter(alike)[:_COMPARES]]
    near = sorted((item for item in told if item[0] <= limit), key=lambda item: (item[0], item[1].mot))
    return [known for _, known in near[:_ESSAYES]]


def _lus(textes: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for texte in textes:
        for ecrit in _MOT.findall(texte.lower()):
            mot = normalise(ecrit)
            if _COURT <= len(mot) <= _LONG and len(ecrit) <= _LONG and " " not in mot:
                found.setdefault(mot, ecrit)
    return found


def retenir(ressource: Ressource) -> None:
    """Learn the words of ``ressource``, once it is indexed."""
    labels = (str(item) for name in ("themes", "secteurs", "departements") for item in getattr(ressource, name).all())
    words = _lus((ressource.titre, ressource.resume, ressource.producteur, *ressource.mots_cles, *labels))
    known = set(MotConnu.objects.filter(mot__in=words).values_list("mot", flat=True))
    new = [MotConnu(mot=mot, ecrit=ecrit) for mot, ecrit in sorted(words.items()) if mot not in known]
    MotConnu.objects.bulk_create(new, ignore_conflicts=True)
