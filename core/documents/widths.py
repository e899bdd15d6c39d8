"""How wide the columns of a table are, in PDF and DOCX alike.

Decided from the texts, once, rather than by the layout: a word processor does not do it, and a page layout that does
measures every text again for each page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

#: What a line does not cut: a no-break space joins, a hyphen ends.
_WORD = re.compile(r"[^ \t\n-]+-?")
#: The longest word that a column makes room for, in characters: a longer one (an address) may be cut.
LONGEST_WORD = 24
#: What a cell has around its text, in characters.
_PADDING = 3
#: Beyond so many characters, a text asks for no more room than another.
_LINE = 240
#: Characters of a table as wide as a page of ours.
PAGE = 100


def column_widths(head: Sequence[str], rows: Sequence[Sequence[str]], *, page: int = PAGE) -> list[float]:
    """The width of each column, in percent (their sum is 100).

    Each column holds its longest word, head included (what no-break spaces join is one word: « 12 000,00 € », « 2 mars
    2027 »); what is left goes to the columns whose texts are long. ``page`` is how many characters the table is wide.
    """
    if not head:
        return []
    least, wish = [], []
    for index, title in enumerate(head):
        texts = [title, *(row[index] for row in rows)]
        word = min(LONGEST_WORD, max((len(w) for text in texts for w in _WORD.findall(text)), default=0)) + _PADDING
        length = max((len(line) for text in texts for line in text.split("\n")), default=0) + _PADDING
        least.append(float(word))
        wish.append(float(max(word, min(_LINE, length))))
    total = sum(least)
    if total >= page:
        return _percents(least)
    more = [w - m for w, m in zip(wish, least, strict=True)]
    room = page - total
    if sum(more) <= room:
        # Everything holds on its line: what is left is shared in proportion.
        return _percents(wish)
    share = room / sum(more)
    return _percents([m + extra * share for m, extra in zip(least, more, strict=True)])


def _percents(sizes: Sequence[float]) -> list[float]:
    total = sum(sizes)
    widths = [round(size * 100 / total, 1) for size in sizes]
    widths[-1] = round(100 - sum(widths[:-1]), 1)
    return widths
