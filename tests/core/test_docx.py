"""DOCX: real styles, lists that count, header rows, and nothing typed that becomes markup."""

from __future__ import annotations

import pytest
from docx import Document
from docx.oxml.ns import qn

from core.documents import Column, DocumentHeader, Table
from core.documents.blocks import Definitions, Heading, Items, Note, Prose, lowered, paragraphs
from core.documents.docx import _NUM_BASE, _NUMBERED, TEMPLATE, BuiltDocx, render_docx
from tests import docx

NASTY = "A & B <w:p/> \x0b\x07{{ secret }} \ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")


def built(blocks, **changes) -> BuiltDocx:
    return BuiltDocx(
        **{
            "title": "Un titre",
            "filename": "x.docx",
            "header": DocumentHeader(pilot="DLA 37", kind="Fiche", reference="R1", date="2 mars 2027"),
            "blocks": blocks,
            **changes,
        }
    )


def test_each_block_has_its_style():
    file = render_docx(
        built(
            [
                Heading("Partie", 2),
                Heading("Sous-partie", 3),
                Prose("Un paragraphe.\n\n- un\n- deux"),
                Items(["premier", "second"], ordered=True),
                Note("Remarque"),
                Definitions([("Libellé", "texte")], "Légende"),
            ],
            subtitle="Accroche",
        )
    )

    assert docx.faults(file) == []
    told = [(style, text) for style, text in docx.styled(file) if text]
    assert told == [
        ("Header", "DLA 37"),
        ("Genre du document", "Fiche"),
        ("Title", "Un titre"),
        ("Subtitle", "Accroche"),
        ("Heading 1", "Partie"),
        ("Heading 2", "Sous-partie"),
        ("Normal", "Un paragraphe."),
        ("List Bullet", "un"),
        ("List Bullet", "deux"),
        ("List Number", "premier"),
        ("List Number", "second"),
        ("Remarque", "Remarque"),
        ("Caption", "Légende"),
    ]


def test_what_is_typed_is_never_markup():
    file = render_docx(
        built(
            [Heading(NASTY), Prose(NASTY), Definitions([(NASTY, NASTY)]), Table([Column("C")], [[NASTY]])], title=NASTY
        )
    )

    told = docx.text(file)
    assert told.count("A & B <w:p/>") == 6
    assert "\x0b" not in told and "{{ secret }}" in told


def test_two_numbered_lists_each_begin_at_one():
    document = docx.read(
        render_docx(built([Heading("x"), Items(["a", "b"], True), Prose("entre"), Items(["c"], True)]))
    )

    numbers = [n.get(qn("w:val")) for n in document.element.body.iter(qn("w:numId"))]
    assert len(numbers) == 3 and numbers[0] == numbers[1] != numbers[2]
    starts = document.part.numbering_part.element.xpath(f'//w:num[@w:numId="{numbers[2]}"]//w:startOverride/@w:val')
    assert starts == ["1"]


def test_a_table_has_a_header_row_that_repeats_and_its_own_columns():
    table = Table(
        [Column("Nom"), Column("Montant", number=True), Column("État")], [["a", "1", "x"]], total=["T", "1", ""]
    )
    file = render_docx(built([Heading("x"), table, Table([Column("Seule")], [["a"]])]))

    assert docx.faults(file) == []
    first = docx.read(file).tables[0]
    assert [cell.text for cell in first.rows[0].cells] == ["Nom", "Montant", "État"]
    assert first.rows[1].cells[1].paragraphs[0].style.name == "Cellule nombre"


def test_a_document_has_a_title():
    with pytest.raises(ValueError, match="titre"):
        render_docx(built([], title=" "))


def test_the_template_holds_the_styles_and_the_numbered_lists_that_the_code_counts_on():
    template = Document(TEMPLATE)
    lists = {number.numId for number in template.part.numbering_part.element.num_lst}
    assert set(range(_NUM_BASE, _NUM_BASE + _NUMBERED)) <= lists
    own = {
        "Genre du document",
        "Remarque",
        "Cellule",
        "Cellule titre",
        "Cellule nombre",
        "Cellule liste",
        "Tableau DLA",
    }
    assert own <= {style.name for style in template.styles}


def test_headings_go_down_inside_a_larger_document():
    assert [b.level for b in lowered([Heading("a", 2), Heading("b", 4)])] == [3, 4]


def test_typed_texts_are_cut_in_paragraphs_and_lists():
    assert list(paragraphs("Un\ndeux\n\nTrois :\n- a\n  suite\n• c\nfin")) == [
        ("p", ["Un", "deux"]),
        ("p", ["Trois :"]),
        ("ul", ["a suite", "c"]),
        ("p", ["fin"]),
    ]
