"""Spreadsheets for the tests of imports."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

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


_ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" \
xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" \
xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" \
xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>\
<table:table table:name="Feuille">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"""
_ODS_MIME = "application/vnd.oasis.opendocument.spreadsheet"


def _ods_cell(value: Any) -> str:
    """A text, a number, nothing, ``{"error": …}``, ``{"text": …, "rows": how many it covers}``."""
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, (int, float)):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    attrs, text = "", value
    if isinstance(value, dict):
        text = value.get("text") or value["error"]
        attrs = ' calcext:value-type="error"' if "error" in value else f' table:number-rows-spanned="{value["rows"]}"'
    return f'<table:table-cell office:value-type="string"{attrs}><text:p>{escape(text)}</text:p></table:table-cell>'


def ods(*rows: Sequence[Any], hidden: Sequence[int] = ()) -> SimpleUploadedFile:
    """A workbook of LibreOffice, of one sheet; ``hidden`` are the numbers of the rows that a filter hides."""
    lines = "".join(
        "<table:table-row{}>{}</table:table-row>".format(
            ' table:visibility="filter"' if number in hidden else "", "".join(_ods_cell(value) for value in row)
        )
        for number, row in enumerate(rows, start=1)
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", _ODS_MIME)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_MIME}"/></manifest:manifest>',
        )
        archive.writestr("content.xml", _ODS.format(rows=lines))
    return SimpleUploadedFile("structures.ods", out.getvalue())
