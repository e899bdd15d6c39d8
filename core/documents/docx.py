"""The same documents as DOCX: blocks (:mod:`core.documents.blocks`) poured into one template of ours by docxtpl.

The template, ``modeles/document.docx``, is edited in a word processor: real styles for titles, lists and captions,
header rows that repeat, language, page numbers. python-docx and docxtpl are imported on the first call only.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.http import FileResponse

from core import clock
from core.documents.blocks import Block, Definitions, Heading, Items, NewPage, Note, Prose, paragraphs
from core.documents.parts import DocumentHeader, Table
from core.files import clean_name

TEMPLATE = Path(__file__).parent / "modeles" / "document.docx"
MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: The numbered lists of the template (``w:num``): as many as a document may have, each counts from 1.
_NUM_BASE, _NUMBERED = 100, 60
_PLACEHOLDER = "7777"
#: What XML 1.0 cannot hold, and the orders of docxtpl (``\a``, ``\f``).
_NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Width of the text, in twentieths of a point (17,2 cm).
_WIDTH = 9752


@dataclass(frozen=True, slots=True)
class BuiltDocx:
    """All that a DOCX document says. ``filename`` ends with ``.docx``; ``ending`` is a last remark."""

    title: str
    filename: str
    header: DocumentHeader
    blocks: Sequence[Block]
    subtitle: str = ""
    ending: str = ""
    subject: str = ""
    keywords: Sequence[str] = field(default_factory=tuple)


def _cell(text: str, kind: str = "") -> dict[str, Any]:
    found = []
    for sort, lines in paragraphs(text):
        if sort == "ul":
            found += [{"kind": "liste", "text": line} for line in lines]
        else:
            found.append({"kind": kind, "text": "\n".join(lines)})
    return {"paragraphs": found or [{"kind": kind, "text": ""}]}


def _flat(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """What the template loops over."""
    flat: list[dict[str, Any]] = []
    numbered = 0
    for block in blocks:
        match block:
            case Heading(text, level):
                flat.append({"kind": f"h{min(3, max(1, level - 1))}", "text": text})
            case Prose(text):
                for kind, lines in paragraphs(text):
                    if kind == "ul":
                        flat += [{"kind": "li", "text": line} for line in lines]
                    else:
                        flat.append({"kind": "p", "text": "\n".join(lines)})
            case Note(text):
                flat.append({"kind": "note", "text": text})
            case NewPage():
                flat.append({"kind": "new_page"})
            case Items(items, ordered):
                numbered += ordered
                kind = "ol" if ordered else "li"
                flat += [{"kind": kind, "text": item, "list": numbered} for item in items]
            case Definitions(rows, caption):
                if caption:
                    flat.append({"kind": "caption", "text": caption})
                flat.append(
                    {"kind": "definitions", "rows": [[_cell(label, "titre"), _cell(text)] for label, text in rows]}
                )
            case Table():
                if block.caption:
                    flat.append({"kind": "caption", "text": block.caption})
                numbers = ["nombre" if column.number else "" for column in block.columns]
                rows = [
                    [_cell(text, kind or ("titre" if total else "")) for text, kind in zip(row, numbers, strict=True)]
                    for row, total in (
                        *((r, False) for r in block.rows),
                        *([(block.total, True)] if block.total else []),
                    )
                ]
                flat.append({"kind": "table", "head": [column.label for column in block.columns], "rows": rows})
    return flat


def _widths(table: Any, tag: Any) -> list[int]:
    """A width for each column of ``table``, by how long its texts are."""
    longest: dict[int, float] = {}
    for row in table.iter(tag("w:tr")):
        for index, cell in enumerate(row.findall(tag("w:tc"))):
            texts = ["".join(t.text or "" for t in p.iter(tag("w:t"))) for p in cell.findall(tag("w:p"))]
            word = max((len(word) for text in texts for word in text.split()), default=1)
            length = max((len(text) for text in texts), default=1)
            longest[index] = max(longest.get(index, 0), word * 1.6, min(60, length) ** 0.8 * 1.6)
    total = sum(longest.values()) or 1
    widths = [int(_WIDTH * longest[index] / total) for index in sorted(longest)]
    if widths:
        widths[-1] += _WIDTH - sum(widths)
    return widths


def _finish(document: Any, flat: Sequence[Mapping[str, Any]]) -> None:
    """What a template cannot say: as many columns as there are cells, and lists that count from one."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for table in document.element.body.iter(qn("w:tbl")):
        widths = _widths(table, qn)
        look = table.tblPr.find(qn("w:tblLook"))
        if len(widths) == 2 and look.get(qn("w:firstRow")) == "0":
            widths = [int(_WIDTH * 0.3), _WIDTH - int(_WIDTH * 0.3)]
        grid = table.tblGrid
        for column in list(grid):
            grid.remove(column)
        for width in widths:
            column = OxmlElement("w:gridCol")
            column.set(qn("w:w"), str(width))
            grid.append(column)
        for row in table.findall(qn("w:tr")):
            for cell, width in zip(row.findall(qn("w:tc")), widths, strict=True):
                cell.tcPr.find(qn("w:tcW")).set(qn("w:w"), str(width))
    lists = iter([block["list"] for block in flat if block["kind"] == "ol"])
    for number in document.element.body.iter(qn("w:numId")):
        if number.get(qn("w:val")) == _PLACEHOLDER:
            number.set(qn("w:val"), str(_NUM_BASE + (next(lists) - 1) % _NUMBERED))


def render_docx(built: BuiltDocx) -> bytes:
    """Return the DOCX file of ``built``; everything typed is escaped. Raises ``ValueError`` without a title."""
    import jinja2
    from docxtpl import DocxTemplate

    if not built.title.strip():
        raise ValueError("un document a un titre")
    flat = _flat(built.blocks)
    header = built.header
    context = {
        "kind": header.kind,
        "title": built.title,
        "subtitle": built.subtitle,
        "pilot": header.pilot,
        "reference": " · ".join(part for part in (header.reference, header.version) if part),
        "date": header.date,
        "blocks": flat,
        "ending": built.ending,
    }

    def clean(value: Any) -> Any:
        return _NOT_XML.sub("", value) if isinstance(value, str) else value

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, finalize=clean)
    template = DocxTemplate(TEMPLATE)
    template.render(context, environment, autoescape=True)
    document = template.docx
    _finish(document, flat)
    properties = document.core_properties
    properties.title = clean(built.title)[:255]
    properties.author = clean(header.pilot)[:255]
    properties.subject = clean(built.subject)[:255]
    properties.keywords = clean(", ".join(built.keywords))[:255]
    properties.language = "fr-FR"
    properties.created = properties.modified = clock.now().replace(tzinfo=None, microsecond=0)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def docx_response(built: BuiltDocx) -> FileResponse:
    """The file, to be saved."""
    content = io.BytesIO(render_docx(built))
    response = FileResponse(content, as_attachment=True, filename=clean_name(built.filename), content_type=MIME)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
