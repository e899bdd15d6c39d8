"""The typeface of the printed documents, and which characters it can print.

Same family as the pages (Source Sans 3), from static files: a variable font would be instanced again for each
document. The files of the Latin alphabet are cut in two by their publisher; each part has its own family name here,
because WeasyPrint takes two files of one family and weight for the same font. Symbols (arrows, ticks, ≥) and other
alphabets come from DejaVu Sans, ours too, so that no document depends on what the machine has installed.
"""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from core.documents.sources import read_static, static_url


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: family name in the style sheets, weight, style, name among the static files."""

    family: str
    weight: int
    style: str
    file: str


FACES = (
    *(
        Face(family, weight, style, f"vendor/source-sans-3-print/source-sans-3-{part}-{weight}-{style}.woff2")
        for family, part in (("Source Sans 3", "latin"), ("Source Sans 3 Ext", "latin-ext"))
        for weight in (400, 600)
        for style in ("normal", "italic")
    ),
    Face("DejaVu Sans DLA", 400, "normal", "vendor/dejavu-sans/dejavu-sans-latin-400-normal.woff2"),
    Face("DejaVu Sans DLA", 600, "normal", "vendor/dejavu-sans/dejavu-sans-latin-700-normal.woff2"),
)
FAMILIES = tuple(dict.fromkeys(face.family for face in FACES))

#: Printed instead of a character that none of our fonts has.
MISSING = "\u25a1"
#: Replaced although a font has them: narrow spaces would share the glyph of the no-break space, whose text would then
#: be read wrong; the others are orders to the layout (ends of lines, direction of the writing).
_ALWAYS = {0x202F: "\u00a0", 0x2007: "\u00a0", 0x2011: "-", 0x2028: "\n", 0x2029: "\n"}
_ALWAYS |= dict.fromkeys((0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "")

#: Characters that are drawn as colour pictures by default: the text engine looks for them in whatever emoji font the
#: machine has, even when ours have a glyph (Unicode, emoji-data, Emoji_Presentation).
_PICTURES = frozenset(
    {
        0x23F0, 0x23F3, 0x267F, 0x2693, 0x26A1, 0x26CE, 0x26D4, 0x26EA, 0x26F5, 0x26FA, 0x26FD, 0x2705, 0x2728, 0x274C,
        0x274E, 0x2757, 0x27B0, 0x27BF, 0x2B50, 0x2B55,
    }
).union(
    *(
        range(first, last + 1)
        for first, last in (
            (0x231A, 0x231B), (0x23E9, 0x23EC), (0x25FD, 0x25FE), (0x2614, 0x2615), (0x2648, 0x2653), (0x26AA, 0x26AB),
            (0x26BD, 0x26BE), (0x26C4, 0x26C5), (0x26F2, 0x26F3), (0x270A, 0x270B), (0x2753, 0x2755), (0x2795, 0x2797),
            (0x2B1B, 0x2B1C), (0x1F000, 0x1FAFF),
        )
    )
)  # fmt: skip


def font_face_rules() -> str:
    """Return the ``@font-face`` rules of our fonts."""
    return "\n".join(
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; font-style: {face.style}; '
        f'src: url("{static_url(face.file)}"); }}'
        for face in FACES
    )


@lru_cache(maxsize=1)
def printable() -> frozenset[int]:
    """Return the code points that our fonts can print, in regular and in bold."""
    from fontTools.ttLib import TTFont

    by_weight: dict[int, set[int]] = {400: set(), 600: set()}
    for face in FACES:
        if face.style == "normal":
            by_weight[face.weight] |= TTFont(io.BytesIO(read_static(face.file)), lazy=True).getBestCmap().keys()
    return frozenset((by_weight[400] & by_weight[600]) - _PICTURES | {0x0A, 0x0D, 0x09})


@lru_cache(maxsize=4096)
def _replacement(char: str) -> str:
    if ord(char) in _ALWAYS:
        return _ALWAYS[ord(char)]
    category = unicodedata.category(char)
    if category == "Zs":
        return "\u00a0"
    # Controls, variation selectors, skin tones, halves of surrogate pairs: nothing to see.
    if category in {"Cc", "Cf", "Cs", "Co", "Mn", "Me", "Sk"}:
        return ""
    plain = unicodedata.normalize("NFKC", char)
    if plain != char and all(ord(c) in printable() and ord(c) not in _ALWAYS for c in plain):
        return plain
    return MISSING


#: What the markup of a page is made of.
_MARKUP = re.compile("([<>&\"'=;])")


def only_printable(html: str) -> str:
    """Return ``html`` with every character our fonts lack replaced: its plain equivalent, nothing, or « □ ».

    What was escaped stays so: the plain equivalent of a character is never markup, and no sign of the markup composes
    with the accent that begins the next text.
    """
    html = "".join(unicodedata.normalize("NFC", part) for part in _MARKUP.split(html))
    odd = {ord(c): escape(_replacement(c)) for c in set(html) if ord(c) not in printable() or ord(c) in _ALWAYS}
    return html.translate(odd) if odd else html
