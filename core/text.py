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
#: Signs that are several letters, and letters that Unicode does not take apart (ø is not o and an accent).
_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŋ": "n", "þ": "th"}
    | {"&": " et ", "’": " ", "'": " "}
)
_NOT_WORD = re.compile(r"[\W_]+")
#: « c.p.i.e. », « m.j.c »: letters one by one, each with its point.
_DOTTED = re.compile(r"(?<![\w.])[^\W\d_](?:\.[^\W\d_])+(?!\w)\.?")
_BLANKS = re.compile(r"\s{2,}|[\t\n]")
#: They belong to the spelling of some languages, and of emoji; the other format characters only machines see.
_JOINERS = "\u200c\u200d"
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
    text = text.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).lower().translate(_LETTERS)
        text = "".join(c for c in text if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    else:
        text = text.translate(_LETTERS)
    if "." in text:
        text = _DOTTED.sub(lambda found: found[0].replace(".", ""), text)
    words = " ".join(_SAINT.get(word, word) for word in _NOT_WORD.sub(" ", text).split())
    # A name of signs only is compared by its signs: nothing is the same as nothing.
    return words or "".join(text.split())


def visible(text: str) -> str:
    """Return ``text`` without the format characters (Unicode Cf) that a copy brings along and nobody sees.

    >>> visible("asso\u00adciation\u200b")
    'association'
    """
    if text.isascii():
        return text
    return "".join(c for c in text if c in _JOINERS or unicodedata.category(c) != "Cf")


def clean_lines(text: str) -> str:
    """A text of several lines as it is recorded: its ends of lines are « \\n », a word processor's own bullets are
    dashes, nothing in it is invisible.

    >>> clean_lines("Copié :\\x0bun\\x0b\\uf0b7\\tdeux")
    'Copié :\\nun\\n- deux'
    """
    return visible(_PASTED_BULLET.sub(r"\1- ", _LINE_ENDS.sub("\n", text)))


def clean_line(text: str) -> str:
    """A text of one line as it is recorded: line breaks, tabs and spaces between two words are one space.

    A no-break space alone stays one: it was wanted.
    """
    return _BLANKS.sub(" ", clean_lines(text)).strip()


def clean_address(text: str) -> str:
    """A mail address as it is recorded: no format character, joiners included, and no space around."""
    return "".join(c for c in text if c.isascii() or unicodedata.category(c) != "Cf").strip()


def typed_text(value: str, *, limit: int) -> str:
    """Return a text that no form has cleaned (a button's reason, a note saved by itself) as it is recorded.

    Ends stripped, ends of lines as « \\n », nothing invisible. Raises ``InvalidInput`` beyond ``limit`` characters and
    for the NUL character, which a database refuses.
    """
    value = clean_lines(value).strip()
    if "\x00" in value:
        raise InvalidInput("Ce texte contient un caractère invisible qui ne s’enregistre pas : ressaisissez-le.")
    if len(value) > limit:
        raise InvalidInput(
            f"Ce texte est trop long : {format_number(len(value))} caractères pour {format_number(limit)} au plus."
        )
    return value


def shortened(text: str, limit: int = 80) -> str:
    """``text``, cut with « … » beyond ``limit`` characters."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


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
