"""What keeps a printed page cheap and readable: given widths, soft breaks, labels beside their values."""

from __future__ import annotations

import re

import pytest
from django import forms
from docx.oxml.ns import qn

from core.documents import Column, DocumentHeader, Table
from core.documents.blocks import Definitions, Heading, NewPage, Prose, cut_definitions, paragraphs
from core.documents.docx import BuiltDocx, render_docx
from core.documents.render import breakable
from core.documents.sources import read_static
from core.documents.widths import column_widths
from core.forms import BaseForm
from core.templatetags.documents import texte
from core.text import clean_lines, typed_text
from tests import docx

SOFT = "\u200b"


def test_the_layout_measures_no_text_to_find_a_width():
    """Either would measure each text again, character by character or page after page."""
    sheet = read_static("print/print.css").decode()
    assert "table-layout: fixed" in sheet
    assert not re.search(r"overflow-wrap:\s*anywhere|table-layout:\s*auto", sheet)


def test_a_long_word_may_be_cut_and_nothing_else_changes():
    word = "a" * 4900
    html = f'<html><title>{word}</title><body class="{word}"><p>{word}</p><p>court</p>'

    cut = breakable(html)

    assert cut.replace(SOFT, "") == html
    assert cut.count(SOFT) == 4900 / 20 - 1
    assert cut.startswith(f'<html><title>{word}</title><body class="{word}"><p>')


def test_an_address_is_cut_after_its_separators_and_an_entity_never():
    assert breakable("<body><p>https://www.exemple.org/une/page?q=1</p>").replace(SOFT, "|") == (
        "<body><p>https:|/|/|www.|exemple.|org/|une/|page?|q=|1</p>"
    )
    cut = breakable("<body>" + "&amp;" * 60)
    assert cut.replace(SOFT, "") == "<body>" + "&amp;" * 60
    assert all(part.count("&amp;") == 20 for part in cut[6:].split(SOFT))


def test_columns_are_wide_enough_for_their_numbers_and_their_heads():
    text = "Une association d’éducation populaire qui intervient dans tout le département. " * 3
    widths = column_widths(
        ["Structure", "Création", "ETP", "Budget"], [[text, "1998", "6,75", "342\u00a0125,59\u00a0€"]]
    )
    assert sum(widths) == pytest.approx(100)
    for width, longest in zip(widths[1:], ("Création", "6,75", "342\u00a0125,59\u00a0€"), strict=True):
        assert width >= len(longest)
    assert widths[0] > 50


def test_a_date_is_one_word_and_a_compound_name_several():
    dates = column_widths(["Quoi", "Le"], [["x " * 200, "22\u00a0novembre\u00a02026"]])
    assert dates[1] >= len("22 novembre 2026")
    assert column_widths(["A", "B"], [["Sainte-Maure-de-Touraine", "x " * 200]])[0] < 24


def test_a_value_stays_beside_its_label_and_a_long_one_goes_under_it():
    long = "Un long texte. " * 80
    rows = [("A", "court"), ("B", long), ("C", "court"), ("D", "\n".join("ligne" for _ in range(30)))]
    assert [(told, [label for label, _ in part]) for told, part in cut_definitions(rows)] == [
        (False, ["A"]), (True, ["B"]), (False, ["C"]), (True, ["D"]),
    ]  # fmt: skip
    sheet = read_static("print/print.css").decode()
    assert "tr { break-inside: avoid; }" in sheet and "table.definitions tr { break-inside" not in sheet


# --- DOCX -----------------------------------------------------------------------------------------------------------


def built(blocks) -> BuiltDocx:
    header = DocumentHeader(pilot="DLA 37", kind="Cahier des charges", reference="R1", version="Version 2")
    return BuiltDocx(title="Un titre", filename="x.docx", header=header, blocks=blocks)


def test_what_begins_a_page_says_so_itself():
    document = docx.read(render_docx(built([Heading("A"), Prose("x"), NewPage(), Heading("Annexe")])))

    assert not [b for b in document.element.body.iter(qn("w:br")) if b.get(qn("w:type")) == "page"]
    [annexe] = [p for p in document.paragraphs if p.text == "Annexe"]
    assert annexe.paragraph_format.page_break_before


def test_the_columns_of_a_docx_hold_their_numbers():
    table = Table(
        [Column("Structure"), Column("Budget", number=True)], [["Un texte long. " * 20, "342\u00a0125,59\u00a0€"]]
    )
    found = docx.read(render_docx(built([Heading("A"), table]))).tables[0]
    # About 98 twentieths of a point for a character.
    assert found.columns[1].width.twips >= 98 * len("342 125,59 €")


def test_each_page_of_a_docx_says_which_document_it_is():
    document = docx.read(render_docx(built([Heading("A"), Definitions([("Long", "mot " * 400)])])))
    head = "\n".join(p.text for p in document.sections[0].header.paragraphs).replace("\xa0", " ")
    assert "DLA 37" in head and "R1 · Version 2" in head and "Cahier des charges : Un titre" in head


# --- What a word processor leaves -----------------------------------------------------------------------------------

PASTED = "Copié de Word :\x0bl’été\x0csuite\x85et\u2028puis\u2029fin"


def test_the_line_breaks_of_a_word_processor_are_line_breaks():
    assert clean_lines(PASTED).split("\n") == ["Copié de Word :", "l’été", "suite", "et", "puis", "fin"]
    assert typed_text(PASTED, limit=100) == clean_lines(PASTED)
    assert texte("Copié de Word :\x0b« l’été »\x0bsuite") == "<p>Copié de Word :<br>« l’été »<br>suite</p>"


@pytest.mark.parametrize("bullet", ["\uf0b7\t", "\uf0b7", "o\t", "§\t", "➢ ", "\uf0a7 ", "• ", "▪ "])
def test_its_bullets_are_bullets(bullet):
    assert list(paragraphs(f"Trois :\n{bullet}un\n{bullet}deux")) == [("p", ["Trois :"]), ("ul", ["un", "deux"])]


def test_an_ordinary_text_is_left_alone():
    for text in ("o un mot", "oui\tnon", "§ 3", "a ➢ b"):
        assert clean_lines(text) == text


def test_a_form_takes_them_as_lines_and_on_one_line_as_spaces():
    class Typed(BaseForm):
        long = forms.CharField(widget=forms.Textarea)
        short = forms.CharField()

    form = Typed({"long": "un\x0bdeux", "short": "un\x0bdeux"})
    assert form.is_valid()
    assert form.cleaned_data == {"long": "un\ndeux", "short": "un deux"}
