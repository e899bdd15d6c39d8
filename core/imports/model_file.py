"""The template to download: headings, a line of help, an example, drop-down lists."""

from __future__ import annotations

import csv
import io

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from core.errors import InvalidInput
from core.exports import FORMATS
from core.imports.kinds import Column, ImportKind
from core.imports.reading import LISTS_SHEET, MAX_LINES

_WRAP = Alignment(wrap_text=True, vertical="top")


def model_response(kind: ImportKind, file_format: str) -> HttpResponse:
    """The template of ``kind`` as a file (« modele-structures.xlsx »). Raises ``InvalidInput`` for another format."""
    if file_format not in FORMATS:
        raise InvalidInput("Ce format n’existe pas : choisissez CSV ou XLSX.")
    content = _xlsx(kind) if file_format == "xlsx" else _csv(kind)
    response = HttpResponse(content, content_type=FORMATS[file_format])
    response["Content-Disposition"] = f'attachment; filename="modele-{kind.code}.{file_format}"'
    return response


def _csv(kind: ImportKind) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    for line in _lines(kind):
        writer.writerow(line)
    return out.getvalue().encode("utf-8-sig")


def _lines(kind: ImportKind) -> list[list[str]]:
    return [
        [c.heading for c in kind.columns],
        [c.help for c in kind.columns],
        [c.example for c in kind.columns],
    ]


def _xlsx(kind: ImportKind) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = kind.label[:31]
    for line in _lines(kind):
        sheet.append(line)
    for position, column in enumerate(kind.columns, start=1):
        letter = get_column_letter(position)
        sheet.column_dimensions[letter].width = max(16, min(34, len(column.heading) + 4))
        head, told, example = (sheet.cell(row, position) for row in (1, 2, 3))
        head.font = Font(bold=True, color="FFFFFF")
        head.fill = PatternFill("solid", fgColor="1F5F8B" if column.required else "51606F")
        told.font = Font(italic=True, color="51606F")
        example.font = Font(color="51606F")
        told.alignment = example.alignment = _WRAP
        for row in range(1, 4):
            sheet.cell(row, position).number_format = "@"
        if not column.number:
            # Everything is text: a spreadsheet must not take the zeros of a post code nor the digits of a SIRET.
            sheet.column_dimensions[letter].number_format = "@"
    sheet.row_dimensions[2].height = 90
    sheet.freeze_panes = "A2"
    _drop_downs(book, sheet, kind)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _drop_downs(book: Workbook, sheet, kind: ImportKind) -> None:
    listed: list[tuple[int, Column]] = [
        (position, column) for position, column in enumerate(kind.columns, start=1) if column.choices is not None
    ]
    if not listed:
        return
    lists = book.create_sheet(LISTS_SHEET)
    for number, (position, column) in enumerate(listed, start=1):
        values = list(column.choices()) if column.choices else []
        lists.cell(1, number, column.heading).font = Font(bold=True)
        for row, value in enumerate(values, start=2):
            lists.cell(row, number, value)
        letter = get_column_letter(number)
        lists.column_dimensions[letter].width = 34
        rule = DataValidation(
            type="list", formula1=f"{LISTS_SHEET}!${letter}$2:${letter}${len(values) + 1}", allow_blank=True
        )
        rule.showErrorMessage = False  # a code is understood too
        target = get_column_letter(position)
        rule.add(f"{target}3:{target}{MAX_LINES + 3}")
        sheet.add_data_validation(rule)
