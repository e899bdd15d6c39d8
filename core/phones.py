"""Telephone numbers: cleaning, checking, showing."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

from core.formats import NBSP

_SEPARATORS = re.compile(r"[\s\u00a0\u202f.\-/()]+")
#: « +33 (0)1… »: the zero is not dialled after the country.
_NOT_DIALLED = re.compile(r"\(0\)")
#: Countries and territories whose ten digits begin with 0 at home: métropole, La Réunion and Mayotte, Guadeloupe,
#: Guyane, Martinique. Source: numbering plan of the Arcep.
_TEN_DIGITS = ("33", "262", "590", "594", "596")
#: Those of which a number has fewer: Saint-Pierre-et-Miquelon, Wallis-et-Futuna, Nouvelle-Calédonie, Polynésie.
_FEWER = {"508": 6, "681": 6, "687": 6, "689": 8}
#: Country codes of two digits (UIT, recommendation E.164); +1 and +7 have one, the others three.
_TWO_DIGITS = re.compile(r"2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")
_ELSEWHERE = "Outre-mer ou à l’étranger, commencez par « + » et l’indicatif, par exemple +687 12 34 56."


def clean_phone(value: str) -> str:
    """The number as it is kept: ten digits (« 0247000000 »), or « + » and the international number; ``""`` for none.

    Understands spaces, points, dashes, « 0033 », « +33 (0)2 ». Raises ``ValidationError``, in French, saying what is
    wrong.
    """
    number = _SEPARATORS.sub("", _NOT_DIALLED.sub("", value))
    if not number:
        return ""
    if number.startswith("00"):
        number = "+" + number[2:]
    digits = number.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        raise ValidationError(
            "Un numéro de téléphone n’a que des chiffres : écrivez un seul numéro, sans commentaire.", code="phone"
        )
    if not number.startswith("+"):
        if len(digits) != 10:
            raise ValidationError(
                f"Un numéro de téléphone a dix chiffres ; celui-ci en a {len(digits)}. {_ELSEWHERE}", code="phone"
            )
        if digits[0] != "0":
            raise ValidationError(f"Un numéro de dix chiffres commence par 0. {_ELSEWHERE}", code="phone")
        return digits
    for country in _TEN_DIGITS:
        if digits.startswith(country):
            rest = digits[len(country) :].removeprefix("0")
            if len(rest) != 9:
                raise ValidationError(
                    f"Après +{country}, un numéro a neuf chiffres ; celui-ci en a {len(rest)}.", code="phone"
                )
            return f"0{rest}"
    for country, length in _FEWER.items():
        if digits.startswith(country) and len(digits) != len(country) + length:
            raise ValidationError(
                f"Après +{country}, un numéro a {length} chiffres ; celui-ci en a {len(digits) - len(country)}.",
                code="phone",
            )
    if digits[0] == "0" or not 7 <= len(digits) <= 15:
        raise ValidationError(
            "Un numéro international a de 7 à 15 chiffres après « + », indicatif du pays compris.", code="phone"
        )
    return f"+{digits}"


def validate_phone(value: str) -> None:
    """Model validator: the stored form is that of :func:`clean_phone`."""
    if clean_phone(value) != value:
        raise ValidationError("Le téléphone est enregistré sans espace ni séparateur.", code="phone")


def _pairs(digits: str) -> str:
    odd = len(digits) % 2
    return NBSP.join([*([digits[0]] if odd else []), *(digits[i : i + 2] for i in range(odd, len(digits), 2))])


def format_phone(value: str) -> str:
    """« 02 47 00 00 00 », « +687 12 34 56 », with no-break spaces; what is not a kept number is left as it is."""
    digits = value.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        return value
    if not value.startswith("+"):
        return _pairs(digits)
    length = 1 if digits[0] in "17" else 2 if _TWO_DIGITS.match(digits) else 3
    return f"+{digits[:length]}{NBSP}{_pairs(digits[length:])}"
