"""Names compared, cells made safe."""

import datetime as dt
from decimal import Decimal

import pytest

from core.exports import _csv_cell, safe_text
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
    assert safe_text("a\x00b\x0bc") == "abc"
    assert _csv_cell(Decimal("-3.50")) == "-3,50"
    assert _csv_cell(dt.date(2026, 11, 21)) == "21/11/2026"
    assert _csv_cell(None) == ""
    assert _csv_cell(True) == "oui"
