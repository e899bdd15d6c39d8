"""What differs between two texts, word by word, ready to show."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from consultations.models import CahierDesCharges
from core.formats import format_date, format_number

_TOKENS = re.compile(r"\S+\s*|\s+")
#: Beyond this many words the two texts are shown whole: comparing them word by word would take seconds.
_WORDS = 3000
#: Below this likeness, two texts share only small words: one is shown after the other.
_LIKENESS = 0.3


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: ``kind`` is ``same``, ``del`` (here only) or ``ins`` (in the project only)."""

    kind: str
    text: str


def in_words(field: str, value: Any) -> str:
    """A value of the cahier as people read it."""
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    model_field = CahierDesCharges._meta.get_field(field)
    if model_field.choices:
        return str(dict(model_field.flatchoices).get(value, value))
    if isinstance(value, dt.date):
        return format_date(value)
    if isinstance(value, Decimal):
        return format_number(value, decimals=2 if getattr(model_field, "is_money", False) else None)
    return str(value)


def compare(here: str, there: str) -> list[Piece]:
    """The pieces that turn ``here`` into ``there``."""
    a, b = _TOKENS.findall(here), _TOKENS.findall(there)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if len(a) + len(b) > _WORDS or matcher.ratio() < _LIKENESS:
        return [piece for piece in (Piece("del", here), Piece("ins", there)) if piece.text]
    pieces: list[Piece] = []
    for op, i, j, k, m in matcher.get_opcodes():
        if op == "equal":
            pieces.append(Piece("same", "".join(a[i:j])))
            continue
        if j > i:
            pieces.append(Piece("del", "".join(a[i:j])))
        if m > k:
            pieces.append(Piece("ins", "".join(b[k:m])))
    return pieces
