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
from django.utils import timezone
from django.utils.text import slugify
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from core import clock
from core.errors import InvalidInput

#: Rows a file may have: beyond, the person is asked to filter.
MAX_ROWS = 20_000
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: How wide a column is, in characters: beyond, its texts go on several lines.
_NARROWEST, _WIDEST = 8, 60
_A4 = 9  # its number among the sizes of paper (ECMA-376, 18.3.1.63)
_BOLD = Font(bold=True)
_TOP, _WRAPPED = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)
#: What makes a spreadsheet take a text for a formula (OWASP, CSV injection), after any leading space.
_FORMULA = re.compile(r"^\s*[=+\-@\t\r|%＝＋－＠]")


def safe_text(value: str) -> str:
    """Return ``value`` as a cell of CSV that stays a text: an apostrophe before what a spreadsheet would compute."""
    value = ILLEGAL_CHARACTERS_RE.sub("", value)
    return f"'{value}" if _FORMULA.match(value) else value


def _plain(value: Any) -> Any:
    """A value as both formats take it: empty for nothing, words for a yes or no, the day of a moment."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, dt.datetime):
        # A sheet knows no time zone.
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if isinstance(value, (int, Decimal, dt.date)):
        return value
    return ILLEGAL_CHARACTERS_RE.sub("", str(value))


def _csv_cell(value: Any) -> str:
    value = _plain(value)
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    return safe_text(value) if isinstance(value, str) else str(value)


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    # Semicolon, comma for decimals and a byte order mark: what a spreadsheet set in French opens by itself.
    writer = csv.writer(out, delimiter=";")
    writer.writerow([safe_text(title) for title in header])
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: its rows, then its totals in bold. Cells as :func:`export_response` takes them."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Any]]
    totals: Sequence[Sequence[Any]] = ()


def _sheet_title(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "Export"


def _shown(value: Any) -> int:
    """How many characters a cell takes on one line."""
    if isinstance(value, Decimal):
        return len(f"{value:,.2f}")
    if isinstance(value, dt.date):
        return len("00/00/0000")
    return max((len(line) for line in str(value).split("\n")), default=0)


def _write_cell(sheet: Any, value: Any, *, bold: bool, wrapped: bool) -> Any:
    if value == "":
        return None
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        # Typed as a text: « =1+1 », « - de vie », « #N/A » are neither computed nor in need of an apostrophe.
        cell.data_type = "s"
    elif isinstance(value, Decimal):
        cell.number_format = "#,##0.00"
    elif isinstance(value, dt.date):
        cell.number_format = "dd/mm/yyyy"
    cell.alignment = _WRAPPED if wrapped else _TOP
    if bold:
        cell.font = _BOLD
    return cell


def _write_sheet(book: Workbook, told: Sheet) -> None:
    header = [_plain(title) for title in told.header]
    rows = [[_plain(value) for value in row] for row in _limited(told.rows)]
    # A line of totals may stop at the last column that adds up.
    totals = [[_plain(value) for value in row] + [""] * (len(header) - len(row)) for row in told.totals]
    sheet = book.create_sheet(_sheet_title(told.title))
    widths = []
    for position, title in enumerate(header):
        # The button of the filter stands beside the title.
        widths.append(max(_shown(title) + 4, *(_shown(row[position]) + 2 for row in (*rows, *totals)), _NARROWEST))
        sheet.column_dimensions[get_column_letter(position + 1)].width = min(_WIDEST, widths[-1])
    last = get_column_letter(max(1, len(header)))
    sheet.freeze_panes = "B2" if len(header) > 2 else "A2"
    sheet.auto_filter.ref = f"A1:{last}{len(rows) + 1}"
    # Printed: on its side, as wide as the page, its titles on each.
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.oddHeader.left.text = told.title
    sheet.oddFooter.right.text = "Page &P/&N"
    for number, row in enumerate((header, *rows, *totals)):
        bold = number == 0 or number > len(rows)
        sheet.append(
            [
                _write_cell(sheet, value, bold=bold, wrapped=width > _WIDEST)
                for value, width in zip(row, widths, strict=True)
            ]
        )


def _workbook(sheets: Sequence[Sheet]) -> bytes:
    book = Workbook(write_only=True)
    for told in sheets:
        _write_sheet(book, told)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def workbook_response(name: str, sheets: Sequence[Sheet]) -> HttpResponse:
    """Answer with several tables as one XLSX named ``name`` and dated: numbers stay numbers, no text is a formula."""
    response = HttpResponse(_workbook(sheets), content_type=FORMATS["xlsx"])
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
    if file_format == "csv":
        content = _csv(header, chain(_limited(rows), totals))
    else:
        content = _workbook([Sheet(name, header, rows, totals)])
    response = HttpResponse(content, content_type=FORMATS[file_format])
    filename = f"{slugify(name) or 'export'}-{clock.today():%Y-%m-%d}.{file_format}"
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _limited(rows: Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
    for number, row in enumerate(rows, start=1):
        if number > MAX_ROWS:
            raise InvalidInput("Cet export dépasse 20 000 lignes : filtrez la liste, puis exportez de nouveau.")
        yield row
