"""What differs between two texts, word by word, ready to show."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKENS = re.compile(r"\S+\s*|\s+")
#: Beyond this many words the two texts are shown whole: comparing them word by word would take seconds.
_WORDS = 3000
#: Below this likeness, two texts share only small words: one is shown after the other.
_LIKENESS = 0.3


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: ``kind`` is ``same``, ``del`` (in the first only) or ``ins`` (in the second only)."""

    kind: str
    text: str


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
