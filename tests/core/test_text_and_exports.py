"""Names compared, cells made safe."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from core.exports import Sheet, _csv_cell, safe_text, workbook_response
from core.text import clean_address, clean_line, clean_lines, near_names, normalise, search_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L’Œuvre de Saint-Étienne & Cie", "l oeuvre de st etienne et cie"),
        ("SAINTE-MARIE", "ste marie"),
        ("  À  l'ÉCOLE ", "a l ecole"),
        ("", ""),
        ("✓✓✓", "✓✓✓"),
        ("Украинский дом", "украинскии дом"),
        ("Ελληνική Κοινότητα", "ελληνικη κοινοτητα"),
        ("Søren Łódź, Đorđe, ılıca", "soren lodz dorde ilica"),
        ("Asso\u00adciation du La\u200bvoir", "association du lavoir"),
        ("C.P.I.E. Val de Loire", "cpie val de loire"),
        ("M.J.C", "mjc"),
        ("www.exemple.fr, M. Dupont, n. 3", "www exemple fr m dupont n 3"),
    ],
)
def test_names_are_normalised(text, expected):
    assert normalise(text) == expected


def test_a_search_has_a_bounded_number_of_words():
    assert len(search_words("mot " * 500)) == 8
    assert search_words("a\x00b") == ["ab"]


def test_a_line_and_a_text_are_recorded_without_what_nobody_sees():
    assert clean_line("Les\u200b Jardins\r\nde\t Loire \u00ad") == "Les Jardins de Loire"
    assert clean_line("12\u00a0000\u202f€") == "12\u00a0000\u202f€"
    assert clean_lines("un\x0bdeux\r\ntrois\u2028quatre\u0085\ufeffcinq") == "un\ndeux\ntrois\nquatre\ncinq"
    assert clean_lines("👩\u200d🌾") == "👩\u200d🌾"
    assert clean_address(" a@exem\u00adple.fr\u200d\u200b ") == "a@exemple.fr"


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("C.P.I.E. Val de Loire", "CPIE Val de Loire", True),
        ("Украинский дом", "Ελληνική Κοινότητα", False),
        ("???", "!!!", False),
        ("Association La Fabrique de Saint-Avertin", "Fabrique St Avertin", True),
        ("Les Jardins de Cocagne", "Jardin de Cocagne", True),
        ("Compagnie du Théâtre Vert", "Cie Théâtre vert", True),
        ("Ressourcerie du Loiret", "Judo club de Tours", False),
        ("Association", "Fédération", False),
        ("", "Quelque chose", False),
    ],
)
def test_close_names_are_told(one, other, near):
    assert near_names(one, other, threshold=0.5) is near


@pytest.mark.parametrize("text", ["=1+1", "+33 1", "-2", "@x", "\t=1", " =1", "|calc", "%0A", "＝1"])
def test_what_a_spreadsheet_would_compute_stays_a_text(text):
    assert safe_text(text).startswith("'")


def test_ordinary_cells_are_left_alone():
    assert safe_text("L’Étoile (37)") == "L’Étoile (37)"
    assert _csv_cell("a\x00b\x0bc") == "abc"
    assert _csv_cell(Decimal("-3.50")) == "-3,50"
    assert _csv_cell(dt.date(2026, 11, 21)) == "21/11/2026"
    assert _csv_cell(None) == ""
    assert _csv_cell(True) == "oui"


# --- Workbooks ------------------------------------------------------------------------------------------------------


def sheet_of(header, rows, totals=()):
    answer = workbook_response("Essai", [Sheet("Les structures", header, rows, totals)])
    return load_workbook(io.BytesIO(answer.content)).worksheets[0]


@pytest.mark.parametrize("text", ["=1+1", "+ de vie", "@venir", "- 30 ans", "#N/A", "'quote"])
def test_a_text_of_a_workbook_is_a_text_without_apostrophe(text):
    cell = sheet_of(["Nom"], [[text]])["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", False)
    assert _csv_cell(text) == (text if text[0] in "#'" else f"'{text}")


def test_numbers_and_dates_of_a_workbook_are_numbers_and_dates():
    moment = dt.datetime(2026, 11, 21, 23, 30, tzinfo=dt.UTC)
    sheet = sheet_of(
        ["ETP", "Le", "À", "Salariés", "Rien"], [[Decimal("6.75"), dt.date(2026, 11, 21), moment, 3, None]]
    )
    etp, day, at, people, nothing = next(sheet.iter_rows(min_row=2))
    assert (etp.value, etp.number_format) == (6.75, "#,##0.00")
    assert (day.value, day.number_format) == (dt.datetime(2026, 11, 21), "dd/mm/yyyy")
    assert at.value == dt.datetime(2026, 11, 22)  # in Paris
    assert people.value == 3 and nothing.value is None


def test_a_workbook_is_ready_to_read_to_filter_and_to_print():
    name = "Association intercommunale pour le développement"
    sheet = sheet_of(["Nom", "ETP", "Note"], [[name, Decimal(1), "x" * 300]], [["Total", Decimal(1), ""]])
    assert sheet.freeze_panes == "B2" and sheet.auto_filter.ref == "A1:C2"
    assert sheet.print_title_rows == "$1:$1" and sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    assert sheet.column_dimensions["A"].width >= len(name)
    assert sheet.column_dimensions["C"].width == 60 and sheet["C2"].alignment.wrap_text
    assert sheet["A3"].font.bold and sheet["A1"].font.bold and not sheet["A2"].font.bold
