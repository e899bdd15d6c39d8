"""Workbooks as people and other programs make them, and those that would harm who reads them."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from core.errors import InvalidInput
from core.imports import extraction
from core.imports.reading import Table, read_table
from tests.core.test_import_reading import Things, lines
from tests.spreadsheets import csv_file, ods, xlsx

SHEET = "xl/worksheets/sheet1.xml"
HEAD = ["Nom", "Département", "Poids (€)"]


def read(file) -> Table:
    return read_table(file, Things())


def changed(change: Callable[[str, bytes], bytes], *rows) -> SimpleUploadedFile:
    """A workbook of these rows, each of its parts being what ``change(name, content)`` makes of it."""
    out = io.BytesIO()
    with zipfile.ZipFile(xlsx(*rows)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    return SimpleUploadedFile("choses.xlsx", out.getvalue())


def replaced(before: str, after: str, *rows) -> SimpleUploadedFile:
    """The same, a text of its sheet replaced by another."""

    def change(name: str, content: bytes) -> bytes:
        return content.replace(before.encode(), after.encode()) if name == SHEET else content

    return changed(change, *rows)


def made(act: Callable) -> SimpleUploadedFile:
    """A workbook of three lines, after what ``act`` does to its sheet."""
    book = Workbook()
    for row in (HEAD, ["A", "Cher", 1], ["B", None, 2], ["C", None, 3]):
        book.active.append(row)
    act(book.active)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("choses.xlsx", out.getvalue())


# --- What is in the cells -------------------------------------------------------------------------------------------


def test_the_value_of_a_formula_is_the_one_that_the_workbook_kept():
    file = replaced("<f>1+1</f><v></v>", "<f>1+1</f><v>2</v>", HEAD, ["A", "Cher", "=1+1"])
    assert lines(file) == [(2, {"name": "A", "place": "Cher", "weight": "2"})]


def test_a_formula_never_computed_and_an_error_are_no_values():
    file = xlsx(HEAD, ["=UPPER(B2)", "#N/A", 1], ["A", "Cher", "=B2*2"])
    assert lines(file) == [
        (2, {"name": "=(UPPER(B2))", "place": "#N/A", "weight": "1"}),
        (3, {"name": "A", "place": "Cher", "weight": "=(B2*2)"}),
    ]


def test_a_formula_whose_value_is_an_empty_text_is_empty():
    file = replaced('<c r="C2"><f>B2</f><v></v>', '<c r="C2" t="str"><f>B2</f><v></v>', HEAD, ["A", "Cher", "=B2"])
    assert lines(file) == [(2, {"name": "A", "place": "Cher"})]


def test_the_escapes_of_excel_are_the_characters_they_stand_for():
    file = xlsx(HEAD, ["Un_x000D_\nDeux_x000B_Trois", "Cher_x000D_"], ["_x005F_x000D_", "Cher"])
    assert [line for _, line in lines(file)] == [
        {"name": "Un\nDeux\nTrois", "place": "Cher"},
        {"name": "_x000D_", "place": "Cher"},
    ]


# --- What the rows and columns are ----------------------------------------------------------------------------------


def test_a_hidden_row_is_left_out_and_it_is_said():
    table = read(made(lambda sheet: setattr(sheet.row_dimensions[3], "hidden", True)))
    assert [number for number, _ in table.lines] == [2, 4]
    assert len(table.notices) == 1 and table.notices[0].startswith("1\u00a0ligne masquée dans le classeur")
    assert "n° 3" in table.notices[0]


def test_a_hidden_column_is_left_out_and_it_is_said_unless_it_is_needed():
    table = read(made(lambda sheet: setattr(sheet.column_dimensions["C"], "hidden", True)))
    assert table.columns == ["name", "place"]
    assert table.notices == ["Colonnes masquées dans le classeur : « Poids (€) ». Ce qui est masqué n’est pas repris."]
    with pytest.raises(InvalidInput, match="masquées dans le classeur et doivent être lues : « Nom »"):
        read(made(lambda sheet: setattr(sheet.column_dimensions["A"], "hidden", True)))


def test_a_merged_cell_is_the_value_of_each_of_its_rows_and_it_is_said():
    table = read(made(lambda sheet: sheet.merge_cells("B2:B4")))
    assert [line["place"] for _, line in table.lines] == ["Cher"] * 3
    assert table.notices == [
        "Cellules fusionnées (B2:B4) : leur valeur est reprise sur chacune des lignes qu’elles couvrent."
    ]


def test_titles_and_empty_rows_may_come_before_the_headings():
    file = xlsx(["Choses suivies en 2026"], [], HEAD, ["A", "Cher", 1])
    assert lines(file) == [(4, {"name": "A", "place": "Cher", "weight": "1"})]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sep=;\r\nNom;Département\r\nA;Cher\r\n", {"name": "A", "place": "Cher"}),
        ('"sep=,"\r\nNom,Département\r\nA,Cher\r\n', {"name": "A", "place": "Cher"}),
        ("Choses, suivies\r\n\r\nNom;Département\r\nA;Cher\r\n", {"name": "A", "place": "Cher"}),
    ],
)
def test_a_csv_may_say_its_separator_and_have_a_title(text, found):
    table = read(csv_file(text))
    assert [line for _, line in table.lines] == [found]
    assert table.lines[0][0] == len(text.splitlines())


def test_a_strict_workbook_is_read():
    pairs = (
        (
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
        (
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    )

    def strict(name: str, content: bytes) -> bytes:
        for before, after in pairs:
            content = content.replace(before, after)
        return content

    assert lines(changed(strict, HEAD, ["A", "Cher", 1])) == [(2, {"name": "A", "place": "Cher", "weight": "1"})]


def test_an_ods_is_read_as_an_xlsx_is():
    table = read(ods(HEAD, ["A", "Cher", 1.5], ["Cachée", "Cher", 2], ["B", {"error": "#N/A"}, 3], hidden=(3,)))
    assert table.lines == [
        (2, {"name": "A", "place": "Cher", "weight": "1.5"}),
        (4, {"name": "B", "place": "#N/A", "weight": "3"}),
    ]
    assert "n° 3" in table.notices[0]


def test_a_merged_cell_of_an_ods_is_the_value_of_each_of_its_rows():
    table = read(ods(HEAD, ["A", {"text": "Cher", "rows": 2}, 1], ["B", None, 2]))
    assert [line["place"] for _, line in table.lines] == ["Cher", "Cher"]


def test_a_workbook_of_before_2007_is_read_and_what_it_does_not_tell_is_said():
    content = Path(__file__).with_name("classeurs").joinpath("ancien.xls").read_bytes()
    table = read(SimpleUploadedFile("choses.xls", content))
    assert table.lines == [
        (2, {"name": "Œuvre d’été", "place": "Hérault", "weight": "1234.5"}),
        (3, {"name": "Autre", "place": "Cher", "weight": "3"}),
    ]
    assert "ni ses lignes masquées" in table.notices[0]


# --- Encodings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("encoding", "words"), [("mac_roman", "Excel pour Mac"), ("cp850", "MS-DOS")])
@pytest.mark.parametrize("name", ["Théâtre de l'Été", "L'élan", "Crèche à Évreux", "Maison de l'économie"])
def test_an_old_encoding_is_guessed_and_it_is_said(encoding, words, name):
    table = read(csv_file(f"Nom;Divers\r{name};12\r", encoding=encoding))
    assert table.lines == [(2, {"name": name})]
    assert words in table.notices[0] and name in table.notices[0]


@pytest.mark.parametrize("lost", ["ThÃ©Ã¢tre d'Ã©tÃ©", "L\u2019\ufffdt\ufffd", "lâ€™Ã‰lan"])
def test_accents_lost_before_are_said_wherever_they_are(lost):
    for file in (csv_file(f"Nom\n{lost}\n"), xlsx(["Nom"], [lost])):
        table = read(file)
        assert table.lines == [(2, {"name": lost})]
        assert table.notices == [
            f"Des accents semblent perdus : « {lost} » (ligne 2). Reprenez le fichier d’origine, "
            "enregistrez-le en XLSX ou en « CSV UTF-8 », puis déposez celui-ci."
        ]


def test_accents_well_written_are_not_said_lost():
    assert read(csv_file("Nom\nSÃO PAULO, l’Été, Âge d’or, « Œuvre », 5 €\n")).notices == []


# --- Files that harm ------------------------------------------------------------------------------------------------


def sheet_of(rows: str) -> SimpleUploadedFile:
    """A workbook whose sheet is this XML of rows."""

    def change(name: str, content: bytes) -> bytes:
        head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        return head + rows.encode() + b"</sheetData></worksheet>" if name == SHEET else content

    return changed(change, ["Nom"])


NAME = '<c r="A1" t="inlineStr"><is><t>Nom</t></is></c>'


def test_a_row_of_millions_of_cells_is_refused_in_words(monkeypatch):
    monkeypatch.setattr("core.imports.reading.MAX_COLUMNS", 2)  # of cells in all, hence the limit is near
    with pytest.raises(InvalidInput, match="trop lourd à lire"):
        read(sheet_of(f'<row r="1">{NAME}{"<c/>" * 30_000}</row>'))


def test_a_cell_at_the_end_of_the_sheet_is_refused_in_words():
    with pytest.raises(InvalidInput, match="remplie très loin du tableau"):
        read(sheet_of(f'<row r="1">{NAME}</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))


def test_what_takes_too_long_or_too_much_memory_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(extraction, "MEMORY_BYTES", 1)
    with pytest.raises(InvalidInput, match=r"trop lourd|abîmé"):
        read(xlsx(HEAD, ["A", "Cher", 1]))
    monkeypatch.undo()
    monkeypatch.setattr(extraction, "WALL_SECONDS", 0)
    with pytest.raises(InvalidInput, match="trop lourd"):
        read(xlsx(HEAD, ["A", "Cher", 1]))


def test_a_sheet_formatted_far_below_its_last_line_is_read():
    empty = "".join(f'<row r="{number}"><c r="A{number}" s="0"/></row>' for number in range(3, 20_000))
    line = '<row r="2"><c r="A2" t="inlineStr"><is><t>A</t></is></c></row>'
    assert lines(sheet_of(f'<row r="1">{NAME}</row>{line}{empty}')) == [(2, {"name": "A"})]


def test_a_cut_part_is_refused_in_words():
    for part in (SHEET, "xl/workbook.xml", "xl/styles.xml"):
        file = changed(lambda name, content, part=part: content[: len(content) // 2] if name == part else content, HEAD)
        with pytest.raises(InvalidInput):
            read(file)


@pytest.mark.parametrize("seed", range(10))
def test_a_damaged_file_is_read_or_refused_in_words(seed):
    chance = random.Random(seed)
    content = bytearray(xlsx(HEAD, *([f"Chose {n}", "Cher", n] for n in range(20))).read())
    for _ in range(3):
        content[chance.randrange(4, len(content))] = chance.randrange(256)
    try:
        assert read(SimpleUploadedFile("choses.xlsx", bytes(content))).lines
    except InvalidInput as error:
        assert error.message


def test_the_reader_of_workbooks_is_told_no_secret(monkeypatch):
    given = {}
    run = extraction.subprocess.run
    monkeypatch.setattr(extraction.subprocess, "run", lambda *args, **more: given.update(more) or run(*args, **more))
    read(xlsx(HEAD, ["A", "Cher", 1]))
    assert not any(name in given["env"] for name in ("DATABASE_URL", "SECRET_KEY", "EMAIL_URL"))
