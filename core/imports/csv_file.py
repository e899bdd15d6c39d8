"""A CSV as rows of texts: which encoding, which separator."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

from charset_normalizer import from_bytes

from core.errors import InvalidInput
from core.imports.cells import csv_text

#: What spreadsheets write when it is not Unicode, and who writes so.
_OLD = {"cp1252": "", "mac_roman": "un ancien Excel pour Mac", "cp850": "« CSV (MS-DOS) »"}
_FREQUENT = frozenset("àâçèéêëîïôùûœ’«»€°…")
_SAMPLE_BYTES = 200_000
_SEP_LINE = re.compile(r"\A\"?sep=(.)\"?(?=\r|\n|\Z)", re.IGNORECASE)
_SEPARATORS = ";,\t|"


def decode(content: bytes) -> tuple[str, str]:
    """A CSV as text, and who wrote it so when that was guessed and may be wrong (« un ancien Excel pour Mac »)."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace"), ""
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        pass
    sample = content[:_SAMPLE_BYTES]
    guesses = from_bytes(sample, cp_isolation=list(_OLD), threshold=1.0)
    encoding = min(
        (guess.encoding for guess in guesses if guess.encoding in _OLD),
        key=lambda name: (next(g.chaos for g in guesses if g.encoding == name), -_french(sample, name)),
        default="cp1252",
    )
    return content.decode(encoding, errors="replace"), _OLD[encoding]


def _french(sample: bytes, encoding: str) -> int:
    """How many signs of this reading are frequent in French: a few letters are too few for statistics."""
    return sum(c in _FREQUENT for c in sample.decode(encoding, errors="replace"))


def rows_of(
    text: str, is_heading: Callable[[str], bool], *, columns: int, head_rows: int
) -> list[tuple[int, list[str]]]:
    """The rows that hold something, each after its number (rows, not lines of text: a cell may hold several).

    The separator is the one that a « sep= » line says, else the one that makes the most headings out of one of the
    first ``head_rows``. Raises ``InvalidInput``.
    """
    text = text.replace("\x00", "")
    said = _SEP_LINE.match(text)
    delimiter = said[1] if said else _delimiter(text, is_heading, head_rows)
    rows: list[tuple[int, list[str]]] = []
    number = 0
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            cells = [csv_text(value) for value in row[:columns]]
            if any(cells) and not (said and number == 1):
                rows.append((number, cells))
    except csv.Error as error:
        raise InvalidInput(
            f"Ce fichier CSV ne se lit pas à partir de la ligne {number + 1} : un guillemet n’est sans doute pas fermé."
        ) from error
    return rows


def _delimiter(text: str, is_heading: Callable[[str], bool], head_rows: int) -> str:
    lines = [line for line in text[:100_000].splitlines() if line.strip(' ;,\t"')][:head_rows]

    def score(delimiter: str) -> tuple[int, int]:
        try:
            rows = list(csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            rows = []
        best = max((sum(is_heading(cell) for cell in row) for row in rows), default=0)
        return best, sum(len(row) for row in rows)

    return max(_SEPARATORS, key=score)
