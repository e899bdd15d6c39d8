"""A document as a list of blocks, written once and printed as PDF (``documents/blocs.html``) or DOCX (``docx.py``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from core.documents.parts import Table
from core.text import clean_lines

_BULLET = re.compile(r"^\s*[-–—•*·▪◦‣●■]\s+")


def paragraphs(text: object) -> Iterator[tuple[str, list[str]]]:
    """Cut a typed text: ``("p", lines)`` for a paragraph, ``("ul", items)`` for lines that begin with a dash."""
    for block in re.split(r"\n\s*\n", clean_lines(str(text or "")).strip()):
        kind, held = "p", []
        for line in block.split("\n"):
            bullet = _BULLET.match(line)
            if bullet or (line.strip() and kind == "ul" and not line.startswith((" ", "\t"))):
                wanted = "ul" if bullet else "p"
                if held and (kind != wanted):
                    yield kind, held
                    held = []
                kind = wanted
                held.append(_BULLET.sub("", line).strip())
            elif line.strip() and kind == "ul" and held:
                held[-1] += f" {line.strip()}"
            elif line.strip():
                held.append(line.strip())
        if held:
            yield kind, held


#: Beyond so many lines, a value is printed under its label rather than beside it, and may be cut between two pages.
LONG_VALUE = 12
_LINE = 65


def cut_definitions(rows: Sequence[tuple[str, str]]) -> Iterator[tuple[bool, list[tuple[str, str]]]]:
    """Cut labels and values in their order: ``(False, rows)`` for a table, ``(True, [row])`` for a long value."""
    held: list[tuple[str, str]] = []
    for label, value in rows:
        text = str(value or "")
        if sum(1 + len(line) // _LINE for line in text.split("\n")) <= LONG_VALUE:
            held.append((label, value))
            continue
        if held:
            yield False, held
            held = []
        yield True, [(label, value)]
    if held:
        yield False, held


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``level`` 2 to 4 (1 is the title of the document)."""

    text: str
    level: int = 2
    kind: ClassVar[str] = "heading"


@dataclass(frozen=True, slots=True)
class Prose:
    """A typed text, with its paragraphs and lists."""

    text: str
    kind: ClassVar[str] = "prose"


@dataclass(frozen=True, slots=True)
class Note:
    """A short remark set apart: what is missing, where things stand."""

    text: str
    kind: ClassVar[str] = "note"


@dataclass(frozen=True, slots=True)
class Items:
    """A list, numbered when ``ordered``."""

    items: Sequence[str]
    ordered: bool = False
    kind: ClassVar[str] = "items"


@dataclass(frozen=True, slots=True)
class Definitions:
    """Labels and their texts."""

    rows: Sequence[tuple[str, str]]
    caption: str = ""
    kind: ClassVar[str] = "definitions"


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins a page."""

    kind: ClassVar[str] = "new_page"


Block = Heading | Prose | Note | Items | Definitions | NewPage | Table


def lowered(blocks: Sequence[Block], by: int = 1) -> list[Block]:
    """The same blocks inside a larger document: their headings ``by`` levels lower (4 at most)."""
    return [replace(b, level=min(4, b.level + by)) if isinstance(b, Heading) else b for b in blocks]
