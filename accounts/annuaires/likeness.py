"""Sheets that could be one and the same: near names, sigles that are another's name."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from core.likeness import NearNames

#: A sigle is short: shorter than this, it says too little.
SIGLE_MIN = 4


class NearSheets:
    """Names and sigles of sheets, to be compared with others: (key, name, sigle) of each."""

    def __init__(self, rows: Iterable[tuple[Hashable, str, str]] = ()) -> None:
        self._names = NearNames()
        for key, name, sigle in rows:
            self.add(key, name, sigle)

    def add(self, key: Hashable, name: str, sigle: str = "") -> None:
        """Remember one more."""
        self._names.add(key, name)
        if len(sigle) >= SIGLE_MIN:
            self._names.add(key, sigle)

    def near(self, name: str) -> list[Hashable]:
        """The keys of those near ``name``, the nearest first."""
        return self._names.near(name)

    def pairs(self) -> Iterator[tuple[float, Hashable, Hashable]]:
        """Every pair of near sheets, with its score."""
        return self._names.pairs()
