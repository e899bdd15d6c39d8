"""The same documents as DOCX: blocks (:mod:`core.documents.blocks`) poured into one template of ours by docxtpl.

The template, ``modeles/document.docx``, is edited in a word processor: real styles for titles, lists and captions,
header rows that repeat, language, page numbers. python-docx and docxtpl are imported on the first call only.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.http import FileResponse
from django.utils.text import Truncator

from core import clock
from core.documents.blocks import Block, Definitions, Heading, Items, NewPage, Note, Prose, cut_definitions, paragraphs
from core.documents.parts import RUNNING, DocumentHeader, Picture, Table
from core.documents.widths import column_widths
from core.files import clean_name
from core.formats import NBSP

TEMPLATE = Path(__file__).parent / "modeles" / "document.docx"
MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: The numbered lists of the template (``w:num``): as many as a document may have, each counts from 1.
_NUM_BASE, _NUMBERED = 100, 60
_PLACEHOLDER = "7777"
#: What XML 1.0 cannot hold, and the orders of docxtpl (``\a``, ``\f``).
_NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Width of the text, in twentieths of a point (17,2 cm).
_WIDTH = 9752
#: How large a logo is at most, in English Metric Units (1,4 cm high, 4,5 cm wide).
_LOGO_HEIGHT, _LOGO_WIDTH = 504_000, 1_620_000
_BELOW_LETTERHEAD = 228_600
#: How wide a picture is at most (12 cm).
_PICTURE_WIDTH = 4_320_000


@dataclass(frozen=True, slots=True)
class BuiltDocx:
    """All that a DOCX document says.

    ``filename`` ends with ``.docx``; ``ending`` is a last remark; ``pictures`` (PNG or JPEG, each with its caption)
    close the document.
    """

    title: str
    filename: str
    header: DocumentHeader
    blocks: Sequence[Block]
    subtitle: str = ""
    ending: str = ""
    subject: str = ""
    keywords: Sequence[str] = field(default_factory=tuple)
    pictures: Sequence[tuple[Picture, str]] = ()


def _cell(text: str, kind: str = "") -> dict[str, Any]:
    found = []
    for sort, lines in paragraphs(text):
        if sort == "ul":
            found += [{"kind": "liste", "text": line} for line in lines]
        else:
            found.append({"kind": kind, "text": "\n".join(lines)})
    return {"paragraphs": found or [{"kind": kind, "text": ""}]}


def _prose(text: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    for kind, lines in paragraphs(text):
        if kind == "ul":
            told += [{"kind": "li", "text": line} for line in lines]
        else:
            told.append({"kind": "p", "text": "\n".join(lines)})
    return told


def _flat(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """What the template loops over."""
    flat: list[dict[str, Any]] = []
    numbered = 0
    for block in blocks:
        match block:
            case Heading(text, level):
                flat.append({"kind": f"h{min(3, max(1, level - 1))}", "text": text})
            case Prose(text):
                flat += _prose(text)
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
                for long, part in cut_definitions(rows):
                    if long:
                        label, text = part[0]
                        flat += [{"kind": "caption", "text": label}, *_prose(text)]
                        continue
                    cells = [[_cell(label, "titre"), _cell(text or "—")] for label, text in part]
                    flat.append({"kind": "definitions", "rows": cells})
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
    """A width for each column of ``table``, in twentieths of a point."""
    rows = [
        [
            "\n".join("".join(t.text or "" for t in p.iter(tag("w:t"))) for p in cell.findall(tag("w:p")))
            for cell in cells
        ]
        for row in table.iter(tag("w:tr"))
        if (cells := row.findall(tag("w:tc")))
    ]
    if not rows:
        return []
    widths = [int(_WIDTH * percent / 100) for percent in column_widths(rows[0], rows[1:])]
    widths[-1] += _WIDTH - sum(widths)
    return widths


def _begin_pages(document: Any, tag: Any) -> None:
    """What begins a page says so itself: a paragraph that holds a page break may fall alone on a page."""
    paragraphs = document.paragraphs
    for paragraph, following in itertools.pairwise(paragraphs):
        breaks = [b for b in paragraph._p.iter(tag("w:br")) if b.get(tag("w:type")) == "page"]
        if breaks and paragraph._p.getnext() is following._p:
            following.paragraph_format.page_break_before = True
            paragraph._p.getparent().remove(paragraph._p)


def _letterhead(document: Any, header: DocumentHeader) -> None:
    """Before the title: the logos on one line, who sends the document, how to find them, the mention of the funders."""
    first = document.paragraphs[0]
    if header.logo or header.funders:
        line = first.insert_paragraph_before(style="Header")
        for number, picture in enumerate([*([header.logo] if header.logo else []), *header.funders]):
            if number:
                line.add_run("    ")
            shape = line.add_run().add_picture(io.BytesIO(picture.content), height=_LOGO_HEIGHT)
            if shape.width > _LOGO_WIDTH:
                shape.height = int(shape.height * _LOGO_WIDTH / shape.width)
                shape.width = _LOGO_WIDTH
            shape._inline.docPr.set("descr", picture.alt)
    lines = [text for text in (header.pilot, *header.contact, header.mention) if text]
    for number, text in enumerate(lines):
        line = first.insert_paragraph_before(style="Header")
        line.add_run(_NOT_XML.sub("", text)).bold = number == 0
    if lines:
        line.paragraph_format.space_after = _BELOW_LETTERHEAD


def _pictures(document: Any, pictures: Sequence[tuple[Picture, str]]) -> None:
    """At the end, each as wide as the text at most, with what is read aloud in its place and its caption."""
    for picture, caption in pictures:
        shape = document.add_paragraph().add_run().add_picture(io.BytesIO(picture.content))
        if shape.width > _PICTURE_WIDTH:
            shape.height = int(shape.height * _PICTURE_WIDTH / shape.width)
            shape.width = _PICTURE_WIDTH
        shape._inline.docPr.set("descr", picture.alt)
        if caption:
            document.add_paragraph(_NOT_XML.sub("", caption))


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
    _begin_pages(document, qn)
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
    running = Truncator(header.name or built.title).chars(RUNNING)
    context = {
        "kind": header.kind,
        "running": f"{header.kind}{NBSP}: {running}" if header.kind else running,
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
    _letterhead(document, header)
    _pictures(document, built.pictures)
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
