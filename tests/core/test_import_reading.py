"""Reading the file of an import: sheets, encodings, separators, headings, limits; each refusal says what to do."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from core.errors import InvalidInput
from core.imports import Column, ImportKind, choice_cell, padded_digits, reading
from core.imports.cells import date_cell, number_cell, text_of
from core.imports.reading import read_table
from tests.spreadsheets import csv_file, xlsx


class Things(ImportKind):
    code, label, noun = "choses", "Choses", "chose"
    columns = (
        Column("name", "Nom", "Son nom.", "Une chose", required=True, aliases=("Intitulé",)),
        Column("place", "Département", "Où elle est.", "Loiret"),
        Column("weight", "Poids (€)", "Un nombre.", "1 234,5", number=True),
    )


def lines(file) -> list[tuple[int, dict[str, str]]]:
    return read_table(file, Things()).lines


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_csv_is_read_whatever_its_encoding_and_its_separator(encoding, separator):
    text = separator.join(["Nom", "Département"]) + "\r\n" + separator.join(["Œuvre d’été", "Hérault"]) + "\r\n"
    assert lines(csv_file(text, encoding=encoding)) == [(2, {"name": "Œuvre d’été", "place": "Hérault"})]


def test_the_number_of_a_line_is_the_one_of_the_spreadsheet():
    text = 'Nom;Département\n"Deux\nlignes";Loiret\n\n;\nAutre;Cher\n'
    assert [number for number, _ in lines(csv_file(text))] == [2, 5]
    assert lines(csv_file(text))[0][1]["name"] == "Deux\nlignes"


def test_headings_are_known_in_any_order_case_and_accent_and_by_their_other_names():
    table = read_table(xlsx(["POIDS (€)", "Inconnue", "intitule"], [3, "x", "A"]), Things())
    assert table.columns == ["weight", "name"]
    assert table.ignored == ["Inconnue"]
    assert table.lines == [(2, {"weight": "3", "name": "A"})]


def test_cells_of_a_workbook_come_as_people_write_them():
    assert text_of(45000.0) == "45000"
    assert text_of(12345678901234.0) == "12345678901234"
    assert text_of(0.1) == "0.1"
    assert text_of(dt.datetime(2026, 11, 21, 10, 0)) == "21/11/2026"
    assert text_of(True) == "oui"
    assert text_of("'=SOMME(A1)") == "=SOMME(A1)", "l’apostrophe de nos exports"


def test_a_formula_that_was_never_computed_is_its_text():
    assert lines(xlsx(["Nom", "Poids (€)"], ["=1+1", "=A1*2"])) == [(2, {"name": "=(1+1)", "weight": "=(A1*2)"})]


@pytest.mark.parametrize(
    ("typed", "read"),
    [("1 234,5", "1234.5"), ("1\u202f234,50\u00a0€", "1234.50"), ("12,00", "12"), ("-3", "-3"), ("1234.5", "1234.5")],
)
def test_a_number_is_read_the_french_way(typed, read):
    assert number_cell(typed) == read


@pytest.mark.parametrize("typed", ["douze", "1.234,5", "NaN", "Infinity", "=A1", "1e999999"])
def test_what_is_not_a_number_is_refused_with_an_example(typed):
    with pytest.raises(ValidationError, match="1 234,5"):
        number_cell(typed)


@pytest.mark.parametrize(
    "typed", ["21/11/2026", "2026-11-21", "21 novembre 2026", "samedi 21 Novembre 2026", "21.11.2026"]
)
def test_a_date_is_read_however_it_is_written(typed):
    assert date_cell(typed) == "2026-11-21"


@pytest.mark.parametrize("typed", ["31/02/2026", "hier", "11/2026", "21 brumaire 2026"])
def test_a_date_that_does_not_exist_is_refused(typed):
    with pytest.raises(ValidationError, match="21/11/2026"):
        date_cell(typed)


def test_a_choice_is_read_by_label_or_code_and_a_wrong_one_tells_the_nearest():
    pairs = [("1", ("Indre-et-Loire (37)", "Indre-et-Loire", "37")), ("2", ("Loiret (45)", "Loiret", "45"))]
    read = choice_cell(lambda: pairs)
    assert (read("indre et loire"), read("37"), read("LOIRET (45)")) == ("1", "1", "2")
    with pytest.raises(ValidationError, match="vouliez-vous dire « Indre-et-Loire"):
        read("Indre et Loir")
    with pytest.raises(ValidationError, match="choisissez parmi"):
        read("zzz")


def test_the_zeros_a_spreadsheet_took_away_are_given_back():
    assert padded_digits(5, least=4)("1000") == "01000"
    assert padded_digits(14, least=12)("5 123 456 789 012") == "05123456789012"
    assert padded_digits(5, least=4)("2A") == "2A"


# --- Refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (csv_file(" \n;;\n"), "vide"),
        (csv_file("Nom;Département\n"), "que des titres"),
        (csv_file("Chose;Endroit\nA;B\n"), "aucun titre de colonne attendu"),
        (csv_file("Département\nLoiret\n"), "Il manque la colonne « Nom »"),
        (csv_file("Nom;Intitulé\nA;B\n"), "disent la même chose"),
        (csv_file('Nom;Département\n"A;B\nC;D\n' + "x" * 200_000), "guillemet"),
        (csv_file(f"Nom\n{'x' * 20_001}\n"), "Ligne 2, colonne « Nom »"),
        (xlsx(["Nom"], ["A"], others=[("Autre", [["Nom"], ["B"]])]), "plusieurs feuilles remplies"),
        (SimpleUploadedFile("x.xlsx", b"PK\x03\x04 abime"), "abîmé"),
        (SimpleUploadedFile("x.txt", b"Nom\nA\n"), "XLSX, ODS, CSV, XLS"),
        (SimpleUploadedFile("x.exe", b"MZ"), "ne sont pas acceptés"),
        (SimpleUploadedFile("x.csv", b"\x00\x01\x02"), "contenu"),
    ],
)
def test_a_file_that_cannot_be_imported_says_why(file, words):
    with pytest.raises(InvalidInput, match=words):
        lines(file)


def test_a_file_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "MAX_LINES", 2)
    assert len(lines(csv_file("Nom\nA\nB\n"))) == 2
    with pytest.raises(InvalidInput, match="plus de 2 lignes"):
        lines(csv_file("Nom\nA\nB\nC\n"))


def test_the_sheet_named_as_the_template_is_read_beside_others():
    file = xlsx(["x"], ["y"], title="Brouillon", others=[("Choses", [["Nom"], ["A"]]), ("Listes", [["Nom"], ["B"]])])
    assert lines(file) == [(2, {"name": "A"})]


def test_an_empty_second_sheet_is_not_an_obstacle():
    assert lines(xlsx(["Nom"], ["A"], others=[("Feuil2", [])])) == [(2, {"name": "A"})]


def test_the_lines_of_help_and_example_of_the_template_are_not_things():
    head, told, example = ([getattr(c, part) for c in Things.columns] for part in ("heading", "help", "example"))
    assert lines(xlsx(head, told, example, ["Vraie", "Cher", 2])) == [
        (4, {"name": "Vraie", "place": "Cher", "weight": "2"})
    ]
