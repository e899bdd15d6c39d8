"""Telephone numbers, of France, overseas and elsewhere: understood as typed, kept one way, shown in pairs."""

import pytest
from django.core.exceptions import ValidationError

from core.phones import clean_phone, format_phone, validate_phone


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("", "", ""),
        ("02 47 00 00 00", "0247000000", "02 47 00 00 00"),
        ("02.47.00.00.00", "0247000000", "02 47 00 00 00"),
        ("02-47-00-00-00\u00a0", "0247000000", "02 47 00 00 00"),
        ("+33 2 47 00 00 00", "0247000000", "02 47 00 00 00"),
        ("+33 (0)2 47 00 00 00", "0247000000", "02 47 00 00 00"),
        ("0033247000000", "0247000000", "02 47 00 00 00"),
        # La Réunion, Mayotte, Guadeloupe, Guyane, Martinique
        ("0262 12 34 56", "0262123456", "02 62 12 34 56"),
        ("+262 692 12 34 56", "0692123456", "06 92 12 34 56"),
        ("+590 590 12 34 56", "0590123456", "05 90 12 34 56"),
        ("+594 694 12 34 56", "0694123456", "06 94 12 34 56"),
        ("+596 0596 12 34 56", "0596123456", "05 96 12 34 56"),
        # Nouvelle-Calédonie, Wallis-et-Futuna, Saint-Pierre-et-Miquelon, Polynésie
        ("+687 12.34.56", "+687123456", "+687 12 34 56"),
        ("00681 72 12 34", "+681721234", "+681 72 12 34"),
        ("+508 41 12 34", "+508411234", "+508 41 12 34"),
        ("+689 40 12 34 56", "+68940123456", "+689 40 12 34 56"),
        # Belgium, Switzerland, Luxembourg, Canada
        ("+32 2 123 45 67", "+3221234567", "+32 21 23 45 67"),
        ("+41 79 123 45 67", "+41791234567", "+41 7 91 23 45 67"),
        ("+352 26 12 34 56", "+35226123456", "+352 26 12 34 56"),
        ("+1 514 123 4567", "+15141234567", "+1 51 41 23 45 67"),
    ],
)
def test_a_number_is_understood_kept_one_way_and_shown_in_pairs(typed, kept, shown):
    assert clean_phone(typed) == kept
    assert format_phone(kept).replace("\u00a0", " ") == shown
    assert clean_phone(format_phone(kept)) == kept, "ce qui est montré se ressaisit"
    validate_phone(kept)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("06 12 34 56", "celui-ci en a 8"),
        ("02 47 00 00 00 12", "celui-ci en a 12"),
        ("2470000000", "commence par 0"),
        ("demander Nina", "que des chiffres"),
        ("02 47 00 00 00 ou 06 12 34 56 78", "un seul numéro"),
        ("+33 2 47 00 00", "neuf chiffres"),
        ("+687 12 34", "6 chiffres"),
        ("+32", "de 7 à 15"),
        ("٠٢٤٧٠٠٠٠٠٠", "que des chiffres"),
        ("+", "que des chiffres"),
    ],
)
def test_what_is_no_number_is_refused_in_words(typed, said):
    with pytest.raises(ValidationError, match=said):
        clean_phone(typed)


def test_what_was_written_otherwise_is_shown_as_it_is():
    assert format_phone("02 47 00 00 00") == "02 47 00 00 00" and format_phone("voir le site") == "voir le site"
