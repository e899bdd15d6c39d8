"""One cell read as a year, a date, a phone number, several things."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from core.imports import choice_cell, padded_digits, phone_cell, several_cells, year_cell
from core.imports.cells import check_value, csv_text, date_cell, rounded_cell

PAIRS = [
    ("1", ("Indre-et-Loire (37)", "Indre-et-Loire", "37", "37 Indre-et-Loire")),
    ("2", ("Loiret (45)", "Loiret", "45", "45 Loiret")),
    ("3", ("Communication, partenariat", "comm")),
    ("4", ("Loir-et-Cher", "41")),
]
several = several_cells(choice_cell(lambda: PAIRS))


@pytest.mark.parametrize(
    "text",
    ["37;45", "37, 45", "37/45", "37 | 45", "37 45", "37.45", "37 et 45", "Indre-et-Loire et Loiret", "37\n45",
     "37 - Indre-et-Loire, 45 - Loiret", "Indre-et-Loire (37) + Loiret (45)", "37, 37 ; 45"],
)  # fmt: skip
def test_several_things_are_separated_as_people_separate_them(text):
    assert several(text) == "1;2"


def test_a_name_that_holds_a_comma_or_et_stays_whole():
    assert several("Communication, partenariat") == "3"
    assert several("Loiret, Communication, partenariat, Loir-et-Cher") == "2;3;4"


def test_what_is_not_known_among_several_says_how_they_are_separated():
    with pytest.raises(ValidationError) as refused:
        several("37, Atlantide")
    assert "plusieurs se séparent par « ; »." in refused.value.messages
    with pytest.raises(ValidationError) as refused:
        several("37.4")
    assert "n’est pas dans la liste" in refused.value.messages[0]


@pytest.mark.parametrize("text", ["1998", "1998.0", "03/05/1998", "1998-05-03", "3 mai 1998", "35918"])
def test_a_year_is_read_alone_or_in_a_date(text):
    assert year_cell(text) == "1998"


@pytest.mark.parametrize("text", ["98", "vers 1998", "1998-1999"])
def test_what_is_no_year_is_refused(text):
    with pytest.raises(ValidationError, match="l’année seule"):
        year_cell(text)


def test_a_year_of_two_figures_is_near_us(clock_at):
    clock_at("2026-11-21 10:00")
    assert (date_cell("01/02/27"), date_cell("01/02/98")) == ("2027-02-01", "1998-02-01")


def test_the_number_of_a_day_is_said_to_be_a_date():
    with pytest.raises(ValidationError, match=r"sans doute une date \(01/02/2026\)"):
        date_cell("46054")
    with pytest.raises(ValidationError, match="n’existe pas"):
        date_cell("31/02/2026")


@pytest.mark.parametrize(
    ("typed", "read"),
    [("247000000", "0247000000"), ("247000000.0", "0247000000"), ("33247000000", "+33247000000"),
     ("02 47 00 00 00", "02 47 00 00 00"), ("+33 2 47 00 00 00", "+33 2 47 00 00 00"), ("3900", "3900")],
)  # fmt: skip
def test_a_phone_number_has_its_zero(typed, read):
    assert phone_cell(typed) == read


def test_a_number_of_another_program_has_no_decimals():
    assert padded_digits(14, least=12)("26108953600013.0") == "26108953600013"
    assert padded_digits(5, least=4)("1000,0") == "01000"


def test_only_what_changes_the_value_is_a_rounding():
    assert rounded_cell("1234.5600000000002", 2) == ("1234.56", False)
    assert rounded_cell("4.333333333333333", 2) == ("4.33", True)
    assert rounded_cell("2.5", 2) == ("2.5", False)
    assert rounded_cell("2.555", None) == ("2.555", False)


@pytest.mark.parametrize("text", ["=SOMME(A1;B1)", "=A1", "=1+1", "#N/A", "#REF!", "#NOM ?", "#DIV/0!", "Err:502"])
def test_a_formula_and_an_error_are_refused(text):
    with pytest.raises(ValidationError, match=r"formule|erreur du tableur"):
        check_value(csv_text(text))


@pytest.mark.parametrize("text", ["'=1+1", "=) bonjour", "=Égal", "#partage", "# 3", "Errances"])
def test_a_text_that_looks_like_them_is_a_text(text):
    check_value(csv_text(text))
