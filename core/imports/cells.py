"""Cells as texts: what a spreadsheet holds, written the way a person would have typed it in the form."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from django.core.exceptions import ValidationError

from core import clock
from core.formats import MONTHS
from core.text import clean_lines, normalise

_NOISE = Decimal("0.000001")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_NUMBER_NOISE = re.compile(r"[\s\u00a0\u202f€']+")
#: The apostrophe that our own exports put before what a spreadsheet would compute.
_PROTECTED = re.compile(r"^'(?=\s*[=+\-@\t\r|%＝＋－＠])")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
#: « 37.0 », « 37,00 »: a number that went through another program.
_POINT_ZERO = re.compile(r"^([0-9]+)[.,]0+$")
_FORMULA = re.compile(r"^=\s*(?:[\w.]+\s*\(|\$?[A-Za-z]{1,3}\$?\d|[\d(+\-\"'\[{])")
_ERROR = re.compile(r"^(?:#\s*(?:N/A|[A-ZÉ/0]{2,}\s*[!?])|Err\s*:\s*\d{3})$")
_FRENCH_DATE = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})$")
_ISO_DATE = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$")
_WORDED_DATE = re.compile(r"^(?:[a-z]+ )?(\d{1,2})(?:er)? ([a-z]+) (\d{4})$")
_MONTHS = {normalise(name): number for number, name in enumerate(MONTHS, start=1)}


def text_of(value: Any) -> str:
    """A cell as text: numbers without what the spreadsheet adds, dates « 21/11/2026 », booleans « oui », « non ».

    Ends of lines are « \\n », nothing in it is invisible.
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
    return _PROTECTED.sub("", _CONTROLS.sub("", clean_lines(str(value))).strip())


def formula_sign(formula: str) -> str:
    """What stands in a cell for a formula that was never computed: « =(A1*2) »."""
    return f"=({formula})"


def csv_text(value: str) -> str:
    """A cell of a CSV as text; a formula that nothing protects (a text of ours has its apostrophe) as its sign."""
    value = value.strip()
    return formula_sign(value[1:].strip()) if _FORMULA.match(value) else text_of(value)


def check_value(text: str) -> None:
    """Refuse a formula that was never computed, and the name of an error. Raises ``ValidationError``."""
    if text.startswith("=(") and text.endswith(")"):
        raise ValidationError(
            f"cette cellule est une formule sans valeur (« {text[2:-1][:40]} ») : collez sa valeur à la place.",
            code="formula",
        )
    if text[:1] in ("#", "E") and _ERROR.match(text):
        raise ValidationError(f"« {text} » est une erreur du tableur : corrigez la cellule ou videz-la.", code="error")


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


def rounded_cell(text: str, decimals: int | None) -> tuple[str, bool]:
    """A number (as ``number_cell`` gives it) with at most ``decimals`` decimals, and whether that changed its value.

    The noise of a computation (1234.5600000000002) is no change.
    """
    number = Decimal(text)
    exponent = number.as_tuple().exponent
    if decimals is None or not isinstance(exponent, int) or exponent >= -decimals:
        return text, False
    rounded = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{rounded:f}", abs(rounded - number) > _NOISE


def date_cell(text: str) -> str:
    """« 21/11/2026 », « 21/11/26 », « 2026-11-21 », « 21 novembre 2026 » as an ISO date. Raises ``ValidationError``."""
    day = _date_of(text)
    if day is not None:
        return day.isoformat()
    if serial := _serial_date(text):
        raise ValidationError(
            f"ce nombre est sans doute une date ({serial:%d/%m/%Y}) : donnez à la cellule le format « Date », ou "
            f"écrivez {serial:%d/%m/%Y}.",
            code="date",
        )
    raise ValidationError("cette date ne se lit pas ou n’existe pas : écrivez par exemple 21/11/2026.", code="date")


def year_cell(text: str) -> str:
    """A year: « 1998 », « 1998.0 », or that of a date. Raises ``ValidationError``."""
    text = whole(text)
    if text.isascii() and text.isdigit() and len(text) == 4:
        return text
    day = _date_of(text) or _serial_date(text)
    if day is None:
        raise ValidationError("donnez l’année seule, en quatre chiffres, par exemple 1998.", code="year")
    return str(day.year)


def _date_of(text: str) -> dt.date | None:
    day = month = year = 0
    if found := _FRENCH_DATE.match(text):
        day, month, year = (int(part) for part in found.groups())
        if len(found[3]) == 2:
            # Of this century, unless that is further ahead than anything one plans.
            year += 2000 if year <= clock.today().year % 100 + 20 else 1900
    elif found := _ISO_DATE.match(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _WORDED_DATE.match(normalise(text)):
        day, month, year = int(found[1]), _MONTHS.get(found[2], 0), int(found[3])
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _serial_date(text: str) -> dt.date | None:
    """The day that a spreadsheet counts with this number (1954 to 2064: others are rather something else)."""
    text = whole(text)
    if text.isascii() and text.isdigit() and 20_000 <= int(text[:9]) <= 60_000:
        return dt.date(1899, 12, 30) + dt.timedelta(days=int(text))
    return None


def whole(text: str) -> str:
    """« 37.0 » and « 37,00 » as « 37 »; any other text as it is."""
    found = _POINT_ZERO.match(text)
    return found[1] if found else text


def phone_cell(text: str) -> str:
    """A phone number, with the zero or the « + » that a spreadsheet took from its head."""
    digits = _SPACES.sub("", whole(text))
    if digits.isascii() and digits.isdigit():
        if len(digits) == 9 and digits[0] != "0":
            return f"0{digits}"
        if len(digits) == 11 and digits.startswith("33"):
            return f"+{digits}"
    return text


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
        digits = _SPACES.sub("", whole(text))
        if digits.isascii() and digits.isdigit() and least <= len(digits) < length:
            return digits.zfill(length)
        return whole(text)

    return read


#: Between the things that one cell names: the sure ones, and those that may also be inside a name.
SEPARATOR = ";"
_SURE = re.compile(r"[;\n]")
_LIKELY = re.compile(r"\s*(?:[,/|+]|\bet\b)\s*|\s+-\s+|\s{2,}|(?<=\d)\s+(?=\d)|(?<=^\d\d)\.(?=\d\d$)", re.IGNORECASE)
_PARTS = 40


def several_cells(read: Callable[[str], str]) -> Callable[[str], str]:
    """A reader of cells that name several things, each read by ``read``; gives their values separated by « ; ».

    « ; » and ends of lines separate. A comma, a bar, « et »… do too where what they separate is known on each side: a
    name that holds a comma stays whole. Says each thing that is not known. Raises ``ValidationError``.
    """

    def cell(text: str) -> str:
        found: list[str] = []
        wrong: list[str] = []
        for part in _SURE.split(text):
            if part := part.strip():
                try:
                    found += _known_parts(part, read)
                except ValidationError as error:
                    wrong += error.messages
        if wrong:
            raise ValidationError([*wrong, "plusieurs se séparent par « ; »."] if _LIKELY.search(text) else wrong)
        return SEPARATOR.join(dict.fromkeys(found))

    return cell


def _known_parts(text: str, read: Callable[[str], str]) -> list[str]:
    """What ``text`` names: itself when it is known, else the longest known pieces from the left, all of them known."""
    try:
        return [read(text)]
    except ValidationError as error:
        refusal = error
    cuts = [(cut.start(), cut.end()) for cut in _LIKELY.finditer(text)][:_PARTS]
    found: list[str] = []
    begin = 0
    while begin < len(text):
        ends = [(start, end) for start, end in cuts if start > begin]
        for stop, following in [*([(len(text), len(text))] if begin else []), *reversed(ends)]:
            try:
                found.append(read(text[begin:stop].strip()))
            except ValidationError:
                continue
            begin = following
            break
        else:
            raise refusal
    return found
