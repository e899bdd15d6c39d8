"""Make the template of every DOCX document, ``core/documents/modeles/document.docx``, from what is written here.

    .venv/bin/python scripts/docx_template.py

Styles, header row of tables, language, page numbers are there; :mod:`core.documents.docx` fills it with docxtpl.
"""

from __future__ import annotations

import sys
from pathlib import Path

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "core" / "documents" / "modeles" / "document.docx"
INK, ACCENT, GREY = RGBColor(0x11, 0x11, 0x11), RGBColor(0x15, 0x46, 0x66), RGBColor(0x44, 0x44, 0x44)
FONT = "Arial"
#: Numbered lists a document may have: each counts from 1 by a ``w:num`` of its own, whose id begins at NUM_BASE.
NUM_BASE, NUMBERED = 100, 60
#: name → (points, colour, bold, italic, before, after)
STYLES = {
    "Title": (22, ACCENT, True, False, 0, 6),
    "Subtitle": (13, GREY, False, True, 0, 10),
    "Heading 1": (15, ACCENT, True, False, 20, 6),
    "Heading 2": (12.5, INK, True, False, 14, 4),
    "Heading 3": (11, INK, True, False, 10, 3),
    "Caption": (10.5, INK, True, False, 6, 4),
    "List Bullet": (10.5, INK, False, False, 0, 3),
    "List Number": (10.5, INK, False, False, 0, 3),
    "Header": (8.5, GREY, False, False, 0, 0),
    "Footer": (8.5, GREY, False, False, 0, 0),
}
OWN = {
    "Genre du document": (11.5, ACCENT, True, False, 0, 2),
    "Remarque": (10, GREY, False, True, 0, 6),
    "Cellule": (9.5, INK, False, False, 0, 2),
    "Cellule titre": (9.5, INK, True, False, 0, 2),
    "Cellule nombre": (9.5, INK, False, False, 0, 2),
    "Cellule liste": (9.5, INK, False, False, 0, 2),
}


def _style(style, size: float, colour, bold: bool, italic: bool, before: float, after: float) -> None:
    properties = style.element.get_or_add_rPr()
    for name in ("w:rFonts", "w:spacing", "w:kern"):
        for found in properties.findall(qn(name)):
            properties.remove(found)
    font = style.font
    font.name, font.size, font.bold, font.italic = FONT, Pt(size), bold, italic
    properties.find(qn("w:rFonts")).set(qn("w:cs"), FONT)
    font.color.rgb = colour
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    borders = style.element.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:
        style.element.pPr.remove(borders)


def _styles(document) -> None:
    styles = document.styles
    defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for name in ("w:lang", "w:rFonts"):
        for found in defaults.findall(qn(name)):
            defaults.remove(found)
    defaults.append(parse_xml(f'<w:rFonts {nsdecls("w")} w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}"/>'))
    defaults.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="fr-FR" w:eastAsia="fr-FR" w:bidi="ar-SA"/>'))
    _style(styles["Normal"], 10.5, INK, False, False, 0, 6)
    styles["Normal"].paragraph_format.line_spacing = 1.15
    for name, values in STYLES.items():
        _style(styles[name], *values)
    for name, values in OWN.items():
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        style.quick_style = True
        _style(style, *values)
    styles["Cellule nombre"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for name in ("Header", "Footer"):
        stops = styles[name].element.pPr.find(qn("w:tabs"))
        styles[name].element.pPr.remove(stops)
    for name in ("Heading 1", "Heading 2", "Heading 3", "Caption", "Genre du document"):
        styles[name].paragraph_format.keep_with_next = True
    # A bullet in a cell is that of the lists.
    bullet = styles["List Bullet"].element.pPr.numPr
    styles["Cellule liste"].element.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="{bullet.numId.val}"/></w:numPr>')
    )
    styles["Cellule liste"].paragraph_format.left_indent = Cm(0.5)
    styles["Cellule liste"].paragraph_format.first_line_indent = Cm(-0.5)
    styles.element.append(
        parse_xml(
            f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="TableauDLA">'
            '<w:name w:val="Tableau DLA"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:qFormat/>'
            '<w:tblPr><w:tblStyleRowBandSize w:val="1"/><w:tblBorders>'
            + "".join(
                f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="888888"/>'
                for side in ("top", "left", "bottom", "right", "insideH", "insideV")
            )
            + '</w:tblBorders><w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="90" w:type="dxa"/>'
            '<w:bottom w:w="20" w:type="dxa"/><w:right w:w="90" w:type="dxa"/></w:tblCellMar></w:tblPr>'
            '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr>'
            '<w:shd w:val="clear" w:color="auto" w:fill="E6E6E6"/></w:tcPr></w:tblStylePr>'
            '<w:tblStylePr w:type="firstCol"><w:rPr><w:b/></w:rPr></w:tblStylePr></w:style>'
        )
    )


def _numbering(document) -> None:
    numbering = document.part.numbering_part.element
    number = document.styles["List Number"].element.pPr.numPr.numId.val
    abstract = next(
        num.find(qn("w:abstractNumId")).get(qn("w:val"))
        for num in numbering.findall(qn("w:num"))
        if num.get(qn("w:numId")) == str(number)
    )
    for index in range(NUMBERED):
        numbering.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{NUM_BASE + index}"><w:abstractNumId w:val="{abstract}"/>'
                '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
            )
        )


def _field(paragraph, code: str) -> None:
    """A field that the word processor computes: the number of the page, of pages."""
    run = paragraph.add_run()
    for kind in ("begin", None, "separate", "text", "end"):
        if kind is None:
            text = OxmlElement("w:instrText")
            text.set(qn("xml:space"), "preserve")
            text.text = f" {code} "
            run._r.append(text)
        elif kind == "text":
            run.add_text("1")
        else:
            char = OxmlElement("w:fldChar")
            char.set(qn("w:fldCharType"), kind)
            run._r.append(char)


def _table(document, *, header: bool, first_column: bool) -> object:
    table = document.add_table(rows=0, cols=0)
    properties = table._tbl.tblPr
    for found in list(properties):
        properties.remove(found)
    for xml in (
        '<w:tblStyle w:val="TableauDLA"/>',
        '<w:tblW w:w="5000" w:type="pct"/>',
        '<w:tblLayout w:type="fixed"/>',
        f'<w:tblLook w:val="0000" w:firstRow="{int(header)}" w:lastRow="0" w:firstColumn="{int(first_column)}" '
        'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>',
    ):
        properties.append(parse_xml(xml.replace("/>", f" {nsdecls('w')}/>", 1)))
    table._tbl.tblGrid.append(parse_xml(f'<w:gridCol {nsdecls("w")} w:w="9000"/>'))
    return table


def _row(table, cells: list[list[tuple[str, str]]], *, header: bool = False) -> None:
    """One row; each cell is a list of (text, style)."""
    row = parse_xml(f"<w:tr {nsdecls('w')}><w:trPr><w:cantSplit/></w:trPr></w:tr>")
    if header:
        row.find(qn("w:trPr")).append(OxmlElement("w:tblHeader"))
    for paragraphs in cells:
        cell = parse_xml(f'<w:tc {nsdecls("w")}><w:tcPr><w:tcW w:w="1000" w:type="dxa"/></w:tcPr></w:tc>')
        for text, style in paragraphs:
            paragraph = parse_xml(
                f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
                '<w:r><w:t xml:space="preserve"/></w:r></w:p>'
            )
            paragraph.find(qn("w:r")).find(qn("w:t")).text = text
            cell.append(paragraph)
        row.append(cell)
    table._tbl.append(row)


def _body(document) -> None:
    styles = document.styles
    identifiers = {style.name: style.style_id for style in styles}
    cell, title = identifiers["Cellule"], identifiers["Cellule titre"]
    number, listed = identifiers["Cellule nombre"], identifiers["Cellule liste"]

    def p(text: str, style: str = "Normal"):
        return document.add_paragraph(text, style=style)

    p("{{ kind }}", "Genre du document")
    p("{{ title }}", "Title")
    p("{%p if subtitle %}")
    p("{{ subtitle }}", "Subtitle")
    p("{%p endif %}")
    p("{%p for b in blocks %}")
    for level in (1, 2, 3):
        p(f"{{%p if b.kind == 'h{level}' %}}")
        p("{{ b.text }}", f"Heading {level}")
        p("{%p endif %}")
    for kind, style in (("p", "Normal"), ("li", "List Bullet"), ("note", "Remarque"), ("caption", "Caption")):
        p(f"{{%p if b.kind == '{kind}' %}}")
        p("{{ b.text }}", style)
        p("{%p endif %}")
    p("{%p if b.kind == 'ol' %}")
    numbered = p("{{ b.text }}", "List Number")
    numbered._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="7777"/></w:numPr>')
    )
    p("{%p endif %}")
    p("{%p if b.kind == 'new_page' %}")
    breaking = p("")
    breaking.add_run().add_break(WD_BREAK.PAGE)
    p("{%p endif %}")

    cells = [
        ("{%p for q in c.paragraphs %}", cell),
        ("{%p if q.kind == 'titre' %}", cell),
        ("{{ q.text }}", title),
        ("{%p elif q.kind == 'nombre' %}", cell),
        ("{{ q.text }}", number),
        ("{%p elif q.kind == 'liste' %}", cell),
        ("{{ q.text }}", listed),
        ("{%p else %}", cell),
        ("{{ q.text }}", cell),
        ("{%p endif %}", cell),
        ("{%p endfor %}", cell),
    ]
    for kind, header in (("table", True), ("definitions", False)):
        p(f"{{%p if b.kind == '{kind}' %}}")
        table = _table(document, header=header, first_column=not header)
        if header:
            _row(
                table,
                [[("{%tc for c in b.head %}", title)], [("{{ c }}", title)], [("{%tc endfor %}", title)]],
                header=True,
            )
        _row(table, [[("{%tr for r in b.rows %}", cell)]])
        _row(table, [[("{%tc for c in r %}", cell)], cells, [("{%tc endfor %}", cell)]])
        _row(table, [[("{%tr endfor %}", cell)]])
        p("", "Cellule")
        p("{%p endif %}")
    p("{%p endfor %}")
    p("{%p if ending %}")
    p("{{ ending }}", "Remarque")
    p("{%p endif %}")


def make() -> object:
    """The template, as a python-docx document."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2), Cm(1.8)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2)
    _styles(document)
    _numbering(document)
    header = section.header.paragraphs[0]
    header.text = "{{ pilot }}\t\t{{ reference }}"
    footer = section.footer.paragraphs[0]
    footer.add_run("{{ date }}\t\tPage ")
    _field(footer, "PAGE")
    footer.add_run("/")
    _field(footer, "NUMPAGES")
    for paragraph in (header, footer):
        stops = paragraph.paragraph_format.tab_stops
        stops.add_tab_stop(Cm(8.6), WD_TAB_ALIGNMENT.CENTER)
        stops.add_tab_stop(Cm(17.2), WD_TAB_ALIGNMENT.RIGHT)
    _body(document)
    properties = document.core_properties
    properties.author = properties.title = properties.subject = properties.comments = properties.keywords = ""
    properties.language = "fr-FR"
    return document


if __name__ == "__main__":
    make().save(TEMPLATE)
    sys.stdout.write(f"{TEMPLATE.relative_to(ROOT)}\n")
