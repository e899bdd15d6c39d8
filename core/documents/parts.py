"""What a printed document is made of besides its template."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from core.documents.widths import column_widths

#: Characters of a document's name that the margin of its pages holds.
RUNNING = 110


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of ours or checked by us (PNG), and what is read aloud in its place."""

    content: bytes
    alt: str

    @property
    def uri(self) -> str:
        return data_uri(self.content, "image/png")


@dataclass(frozen=True, slots=True)
class DocumentHeader:
    """What stands at the top of the first page, and in the margin of the others.

    ``pilot`` is the name of the organisation that sends the document, ``contact`` the lines by which one finds it
    again; ``logo`` is its own, ``funders`` and ``mention`` those of who pays. ``kind`` is what the document is
    (« Cahier des charges »), ``name`` which one (« Comité de pilotage du 9 octobre 2026 », by default its title);
    ``reference``, ``version`` and ``date`` are ready to print.
    """

    pilot: str = ""
    kind: str = ""
    reference: str = ""
    version: str = ""
    date: str = ""
    name: str = ""
    contact: Sequence[str] = ()
    logo: Picture | None = None
    funders: Sequence[Picture] = ()
    mention: str = ""


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    """A file put inside the PDF (PDF/A-3): ``name`` with its extension, ``content``, and what it is for the document.

    ``relationship`` is one of ``Source``, ``Data``, ``Alternative``, ``Supplement``.
    """

    name: str
    content: bytes
    description: str = ""
    relationship: str = "Supplement"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table; ``number`` aligns it to the right."""

    label: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table to print (``documents/partials/table.html``): texts ready to read, one list a row, the first cell names
    the row. ``total`` is one more row, set apart; ``blank`` how many empty rows a blank document has.
    Raises ``ValueError`` for a row that has not as many cells as there are columns.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]] = ()
    caption: str = ""
    total: Sequence[str] | None = None
    blank: int = 8
    kind: ClassVar[str] = "table"

    def __post_init__(self) -> None:
        for row in (*self.rows, *([self.total] if self.total else [])):
            if len(row) != len(self.columns):
                raise ValueError(f"une ligne a {len(row)} cases pour {len(self.columns)} colonnes")

    @property
    def widths(self) -> list[float]:
        """The width of each column, in percent."""
        rows = [*self.rows, *([self.total] if self.total else [])]
        return column_widths([column.label for column in self.columns], rows)

    @property
    def blank_rows(self) -> range:
        return range(self.blank)

    @property
    def cells(self) -> Iterator[dict]:
        """The rows, each cell with the alignment of its column."""
        for row, total in (*((r, False) for r in self.rows), *([(self.total, True)] if self.total else [])):
            yield {
                "total": total,
                "cells": [
                    {"text": text, "number": column.number} for text, column in zip(row, self.columns, strict=True)
                ],
            }


def data_uri(content: bytes, mime: str) -> str:
    """Return ``content`` as a ``data:`` address: the only way for an image that is not ours to enter a document."""
    return f"data:{mime};base64,{base64.b64encode(content).decode('ascii')}"
