"""Spreadsheets for the tests of imports."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook


def xlsx(*rows: Sequence[Any], name: str = "structures.xlsx", title: str = "Feuille", others=()) -> SimpleUploadedFile:
    """A workbook of one sheet; ``others`` are (title, rows) of more sheets."""
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    for other, lines in others:
        sheet = book.create_sheet(other)
        for row in lines:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile(name, out.getvalue())


def csv_file(text: str, *, encoding: str = "utf-8", name: str = "structures.csv") -> SimpleUploadedFile:
    """A CSV with these very characters."""
    return SimpleUploadedFile(name, text.encode(encoding))
