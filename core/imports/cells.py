"""Cells as texts: what a spreadsheet holds, written the way a person would have typed it in the form."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import ValidationError
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from core.formats import MONTHS
from core.text import normalise

_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_NUMBER_NOISE = re.compile(r"[\s\u00a0\u202f€']+")
#: The apostrophe that our own exports put before what a spreadsheet would compute.
_PROTECTED = re.compile(r"^'(?=\s*[=+\-@\t\r|%＝＋－＠])")
_FRENCH_DATE = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})$")
_ISO_DATE = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$")
_WORDED_DATE = re.compile(r"^(?:[a-z]+ )?(\d{1,2})(?:er)? ([a-z]+) (\d{4})$")
_MONTHS = {normalise(name): number for number, name in enumerate(MONTHS, start=1)}


def text_of(value: Any) -> str:
    """A cell as text: numbers without what the spreadsheet adds, dates « 21/11/2026 », booleans « oui », « non ».

    A formula comes as its own text (« =A1+B1 »): it is never computed.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        # 45000.0 is 45000, and fourteen digits of a SIRET are not 7.3E+13.
        return f"{int(value)}" if value.is_integer() and abs(value) < 1e17 else f"{Decimal(repr(value)):f}"
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value)).replace("\r\n", "\n").replace("\r", "\n").strip()
    return _PROTECTED.sub("", text)


def number_cell(text: str) -> str:
    """« 1 234,5 € » as « 1234.5 »; « 12,00 » as « 12 ». Raises ``ValidationError``."""
    cleaned = _NUMBER_NOISE.sub("", text).replace("−", "-").replace(",", ".")
    try:
        number = Decimal(cleaned)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= 10**15:
        raise ValidationError("ce n’est pas un nombre : écrivez par exemple 1 234,5.", code="number")
    return f"{number.to_integral_value():f}" if number == number.to_integral_value() else f"{number:f}"


def date_cell(text: str) -> str:
    """« 21/11/2026 », « 2026-11-21 » or « 21 novembre 2026 » as an ISO date. Raises ``ValidationError``."""
    day = month = year = 0
    if found := _FRENCH_DATE.match(text):
        day, month, year = (int(part) for part in found.groups())
    elif found := _ISO_DATE.match(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _WORDED_DATE.match(normalise(text)):
        day, month, year = int(found[1]), _MONTHS.get(found[2], 0), int(found[3])
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        raise ValidationError("cette date n’existe pas : écrivez par exemple 21/11/2026.", code="date") from None


Choices = Sequence[tuple[str, Sequence[str]]]


class _ChoiceReader:
    """Reads cells that name one choice; what was read once is remembered as long as the choices are the same."""

    def __init__(self, choices: Callable[[], Choices], listed: int) -> None:
        self._choices = choices
        self._listed = listed
        self._pairs: Choices | None = None
        self._values: dict[str, str] = {}
        self._shown: dict[str, str] = {}
        self._hints: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        pairs = self._choices()
        if pairs is not self._pairs:
            self._pairs, self._hints = pairs, {}
            self._shown = {normalise(names[0]): names[0] for _, names in pairs}
            self._values = {}
            for value, names in pairs:
                for name in names:
                    self._values.setdefault(normalise(name), value)
        wanted = normalise(text)
        value = self._values.get(wanted)
        if value is not None:
            return value
        if len(self._hints) > 500:
            self._hints.clear()
        hint = self._hints.get(wanted) or self._hints.setdefault(wanted, self._hint(wanted))
        raise ValidationError(f"« {text[:80]} » n’est pas dans la liste ; {hint}", code="choice")

    def _hint(self, wanted: str) -> str:
        close = get_close_matches(wanted[:80], self._shown, n=3, cutoff=0.6)
        if close:
            return "vouliez-vous dire " + " ou ".join(f"« {self._shown[key]} »" for key in close) + " ?"
        if len(self._shown) <= self._listed:
            return "choisissez parmi : " + ", ".join(self._shown.values()) + "."
        return "choisissez dans la liste du modèle à télécharger."


def choice_cell(choices: Callable[[], Choices], *, listed: int = 8) -> Callable[[str], str]:
    """A reader of cells that name one choice.

    ``choices`` gives (value for the form, names it may be called by, the first being the one to show), and the same
    object as long as they do not change. Case, accents and punctuation make no difference. The reader raises
    ``ValidationError`` with the nearest choices, or all of them when they are at most ``listed``.
    """
    return _ChoiceReader(choices, listed)


def padded_digits(length: int, least: int = 1) -> Callable[[str], str]:
    """A reader that gives back the zeros a spreadsheet took from the head of a number of ``length`` digits."""

    def read(text: str) -> str:
        digits = _SPACES.sub("", text)
        if digits.isascii() and digits.isdigit() and least <= len(digits) < length:
            return digits.zfill(length)
        return text

    return read
