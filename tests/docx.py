"""Reading a DOCX as a word processor does: what its paragraphs say, in which style, and what is wrong with it."""

from __future__ import annotations

import io

from docx import Document
from docx.oxml.ns import qn


def read(content: bytes):
    """The document, opened."""
    return Document(io.BytesIO(content))


def styled(content: bytes) -> list[tuple[str, str]]:
    """(style, text) of each paragraph outside tables."""
    return [(p.style.name, p.text) for p in read(content).paragraphs]


def text(content: bytes) -> str:
    """All that it says, tables included."""
    document = read(content)
    return "\n".join(t.text or "" for t in document.element.body.iter(qn("w:t")))


def faults(content: bytes) -> list[str]:
    """What an accessible DOCX of ours may not have."""
    document = read(content)
    wrong = []
    if not document.core_properties.title:
        wrong.append("sans titre")
    lang = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    if lang is None or lang.get(qn("w:val")) != "fr-FR":
        wrong.append("langue")
    if not any(name.startswith("Heading") for name, _ in styled(content)):
        wrong.append("sans titres de sections")
    for paragraph in document.paragraphs:
        if paragraph.style.name == "Normal" and paragraph.text and all(run.bold for run in paragraph.runs):
            wrong.append(f"paragraphe en gras : {paragraph.text}")
    for table in document.tables:
        widths = {len(row._tr.findall(qn("w:tc"))) for row in table.rows}
        if widths != {len(table._tbl.tblGrid.findall(qn("w:gridCol")))}:
            wrong.append("grille")
        look = table._tbl.tblPr.find(qn("w:tblLook"))
        if look.get(qn("w:firstRow")) == "1" and table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is None:
            wrong.append("tableau sans ligne d’en-tête")
    raw = text(content)
    if "{{" in raw or "{%" in raw:
        wrong.append("gabarit visible")
    return wrong
