"""Tables as files: CSV (for a French spreadsheet) and XLSX, with nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any

from django.http import HttpResponse
from django.utils.text import slugify
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core import clock
from core.errors import InvalidInput

#: Rows a file may have: beyond, the person is asked to filter.
MAX_ROWS = 20_000
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: What makes a spreadsheet take a text for a formula (OWASP, CSV injection), after any leading space.
_FORMULA = re.compile(r"^\s*[=+\-@\t\r|%＝＋－＠]")


def safe_text(value: str) -> str:
    """Return ``value`` as a cell that stays a text: an apostrophe before what a spreadsheet would compute."""
    value = ILLEGAL_CHARACTERS_RE.sub("", value)
    return f"'{value}" if _FORMULA.match(value) else value


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, (int, Decimal, dt.date)):
        return value
    return safe_text(str(value))


def _csv_cell(value: Any) -> str:
    value = _cell(value)
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    return str(value)


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    # Semicolon, comma for decimals and a byte order mark: what a spreadsheet set in French opens by itself.
    writer = csv.writer(out, delimiter=";")
    writer.writerow([safe_text(title) for title in header])
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def _xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_title(title))
    sheet.freeze_panes = "A2"
    for position, name in enumerate(header, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = max(12, min(40, len(name) + 6))
    bold = Font(bold=True)
    titles = []
    for name in header:
        cell = WriteOnlyCell(sheet, value=safe_text(name))
        cell.font = bold
        titles.append(cell)
    sheet.append(titles)
    for row in rows:
        sheet.append([_cell(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: its rows, then its totals in bold. Cells as :func:`export_response` takes them."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Any]]
    totals: Sequence[Sequence[Any]] = ()


def _sheet_title(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "Export"


def _write_row(sheet: Any, values: Sequence[Any], font: Font | None) -> None:
    cells = []
    for value in values:
        cell = WriteOnlyCell(sheet, value=_cell(value))
        if isinstance(value, Decimal):
            cell.number_format = "#,##0.00"
        elif isinstance(value, dt.date):
            cell.number_format = "dd/mm/yyyy"
        if font is not None:
            cell.font = font
        cells.append(cell)
    sheet.append(cells)


def workbook_response(name: str, sheets: Sequence[Sheet]) -> HttpResponse:
    """Answer with several tables as one XLSX named ``name`` and dated: numbers stay numbers, no text is a formula."""
    book = Workbook(write_only=True)
    bold = Font(bold=True)
    for told in sheets:
        sheet = book.create_sheet(_sheet_title(told.title))
        sheet.freeze_panes = "A2"
        for position, title in enumerate(told.header, start=1):
            # The first column holds what the line is about.
            width = 44 if position == 1 else max(14, min(40, len(title) + 6))
            sheet.column_dimensions[get_column_letter(position)].width = width
        _write_row(sheet, told.header, bold)
        for row in _limited(told.rows):
            _write_row(sheet, row, None)
        for row in told.totals:
            _write_row(sheet, row, bold)
    out = io.BytesIO()
    book.save(out)
    response = HttpResponse(out.getvalue(), content_type=FORMATS["xlsx"])
    filename = f"{slugify(name) or 'export'}-{clock.today():%Y-%m-%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def export_response(
    name: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    file_format: str,
    *,
    totals: Sequence[Sequence[Any]] = (),
) -> HttpResponse:
    """Answer with the table as a file named ``name`` and dated, its ``totals`` last.

    Cells: text, ``int``, ``Decimal``, ``date``, ``bool``, ``None``; numbers stay numbers. ``file_format`` is a key of
    :data:`FORMATS`. Raises ``InvalidInput`` for another format or for more than :data:`MAX_ROWS` rows.
    """
    if file_format not in FORMATS:
        raise InvalidInput("Ce format d’export n’existe pas : choisissez CSV ou XLSX.")
    lines = chain(_limited(rows), totals)
    content = _csv(header, lines) if file_format == "csv" else _xlsx(name, header, lines)
    response = HttpResponse(content, content_type=FORMATS[file_format])
    filename = f"{slugify(name) or 'export'}-{clock.today():%Y-%m-%d}.{file_format}"
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _limited(rows: Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
    for number, row in enumerate(rows, start=1):
        if number > MAX_ROWS:
            raise InvalidInput("Cet export dépasse 20 000 lignes : filtrez la liste, puis exportez de nouveau.")
        yield row
