"""Texts as people type them: how they are recorded, and how French names are compared (accents, case, « saint / st »,
« & » and punctuation make no difference)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from core.errors import InvalidInput
from core.formats import format_number

#: Ends of lines, as word processors and other machines write them.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
#: Bullets of a word processor, at the beginning of a line: signs of its own fonts, and letters that those draw.
_PASTED_BULLET = re.compile(
    "^([ \t\u00a0]*)(?:[\uf000-\uf0ff\u27a2\u27a4][ \t\u00a0]*|[o\u00a7]\t)(?=\\S)", re.MULTILINE
)
#: Characters a long text may have when its model does not say otherwise (three pages): a document whose every field is
#: full is then printed in less than a minute.
LONG_TEXT = 10_000
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "&": " et ", "’": " ", "'": " "})
_NOT_WORD = re.compile(r"[^0-9a-z]+")
_SAINT = {"saint": "st", "sainte": "ste", "saints": "sts", "saintes": "stes"}
#: Words that say nothing of who a structure is, left out when two names are compared.
_EMPTY_WORDS = frozenset(
    [
        "a",
        "au",
        "aux",
        "d",
        "de",
        "des",
        "du",
        "en",
        "et",
        "l",
        "la",
        "le",
        "les",
        "pour",
        "sur",
        "association",
        "asso",
        "loi",
        "1901",
        "ass",
        "federation",
        "fed",
    ]
)


def normalise(text: str) -> str:
    """Return ``text`` as it is searched: lower case without accents, words separated by one space.

    >>> normalise("L’Œuvre de Saint-Étienne & Cie")
    'l oeuvre de st etienne et cie'
    """
    text = unicodedata.normalize("NFKD", text.translate(_LIGATURES).lower())
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(_SAINT.get(word, word) for word in _NOT_WORD.sub(" ", text).split())


def pasted_text(value: str) -> str:
    """Return ``value`` with every end of line as « \\n », and a word processor's own bullets as dashes.

    >>> pasted_text("Copié :\\x0bun\\x0b\\uf0b7\\tdeux")
    'Copié :\\nun\\n- deux'
    """
    return _PASTED_BULLET.sub(r"\1- ", _LINE_ENDS.sub("\n", value))


def typed_text(value: str, *, limit: int) -> str:
    """Return a text that no form has cleaned (a button's reason, a note saved by itself) as it is recorded.

    Ends stripped, see :func:`pasted_text`. Raises ``InvalidInput`` beyond ``limit`` characters and for the NUL
    character, which a database refuses.
    """
    value = pasted_text(value).strip()
    if "\x00" in value:
        raise InvalidInput("Ce texte contient un caractère invisible qui ne s’enregistre pas : ressaisissez-le.")
    if len(value) > limit:
        raise InvalidInput(
            f"Ce texte est trop long : {format_number(len(value))} caractères pour {format_number(limit)} au plus."
        )
    return value


def whole_number(value: str) -> int | None:
    """The number that a hidden field or an address holds; ``None`` for anything but a few digits."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None


def search_text(*parts: str | None) -> str:
    """The normalised column of an object: its name first, so that it sorts as well as it is searched."""
    # Two spaces between parts: « Ateliers » of Tours sorts before « Ateliers 2 ».
    return "  ".join(filter(None, (normalise(part) for part in parts if part)))


def search_words(query: str, *, limit: int = 8) -> list[str]:
    """The words of a search as typed (at most ``limit``, NUL characters dropped): each must be found."""
    return normalise(query.replace("\x00", "")[:200]).split()[:limit]


def name_key(name: str) -> frozenset[str]:
    """The words that tell one name from another, for :func:`near_names`."""
    words = normalise(name).split()
    return frozenset(w for w in words if w not in _EMPTY_WORDS) or frozenset(words)


def _trigrams(words: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for word in words:
        padded = f"  {word} "
        found.update(padded[i : i + 3] for i in range(len(padded) - 2))
    return found


def name_trigrams(name: str) -> frozenset[str]:
    """The trigrams of the words that count in ``name``: what two names are compared by."""
    return frozenset(_trigrams(name_key(name)))


def near_names(one: str, other: str, *, threshold: float = 0.6) -> bool:
    """Could these two names be those of one and the same structure? (shared trigrams of the words that count)

    >>> near_names("Association La Fabrique de Saint-Avertin", "Fabrique St Avertin")
    True
    """
    a, b = name_trigrams(one), name_trigrams(other)
    return bool(a and b) and len(a & b) / len(a | b) >= threshold
