"""SIRET and RNA numbers, codes APE: cleaning and checking."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.fr import siret as stdnum_siret

_SEPARATORS = re.compile(r"[\s\u00a0\u202f.\-]+")
_APE = re.compile(r"^[0-9]{4}[A-Z]$")
#: W, the three characters of the registry office (751, 2A1, 9R1…), six digits.
_RNA = re.compile(r"^W\d[0-9A-Z]\d\d{6}$")


def clean_siret(value: str) -> str:
    """Return the 14 digits of a SIRET typed with or without separators, or ``""``.

    Raises ``ValidationError`` (French, says what is wrong). Source of the rule: INSEE, by python-stdnum.
    """
    digits = _SEPARATORS.sub("", value)
    if not digits:
        return ""
    try:
        return stdnum_siret.validate(digits)
    except InvalidLength:
        raise ValidationError(
            f"Un numéro SIRET a 14 chiffres ; celui-ci en a {len(digits)}.", code="siret_length"
        ) from None
    except InvalidChecksum:
        raise ValidationError(
            "Ce numéro SIRET n’existe pas : sa clé de contrôle est fausse. Vérifiez chaque chiffre.",
            code="siret_checksum",
        ) from None
    except (InvalidFormat, InvalidComponent, StdnumError):
        raise ValidationError("Un numéro SIRET n’a que des chiffres (14).", code="siret_format") from None


def clean_rna(value: str) -> str:
    """Return an RNA number as « W372000123 », or ``""``. Raises ``ValidationError``."""
    number = _SEPARATORS.sub("", value).upper()
    if number and not _RNA.match(number):
        raise ValidationError(
            "Un numéro RNA a la lettre W suivie de 9 caractères, par exemple W372001234.", code="rna_format"
        )
    return number


def clean_ape(value: str) -> str:
    """Return a code APE as « 7022Z », or ``""``. Raises ``ValidationError``."""
    code = _SEPARATORS.sub("", value).upper()
    if code and not _APE.match(code):
        raise ValidationError("Un code APE a quatre chiffres et une lettre, par exemple 7022Z.", code="ape_format")
    return code


def validate_ape(value: str) -> None:
    """Model validator: the stored form is four digits and a letter."""
    if clean_ape(value) != value:
        raise ValidationError("Le code APE est enregistré sans point ni espace, en majuscules.", code="ape_format")


def validate_siret(value: str) -> None:
    """Model validator: the stored form is 14 digits."""
    if clean_siret(value) != value:
        raise ValidationError("Le SIRET est enregistré sans espace ni séparateur.", code="siret_format")


def validate_rna(value: str) -> None:
    """Model validator: the stored form is « W » and 9 characters, upper case."""
    if clean_rna(value) != value:
        raise ValidationError("Le numéro RNA est enregistré sans espace, en majuscules.", code="rna_format")


def format_siret(value: str) -> str:
    """« 123 456 789 00012 », with no-break spaces."""
    return "\u00a0".join((value[:3], value[3:6], value[6:9], value[9:])) if len(value) == 14 else value
