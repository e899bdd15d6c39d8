"""Finding near names among many: the same answer as ``core.text.near_names``, without comparing each with each."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterator

from core.text import name_trigrams

THRESHOLD = 0.6


class NearNames:
    """Names to be compared with others. One name may be known under several words (its sigle): add it twice.

    Two names are near when their trigrams, those of the words that count, are shared for 60 % of all. To share so many
    they must share one of the rarest: only those are looked up (prefix filtering), so that a thousand names cost
    little more than one.
    """

    def __init__(self, threshold: float = THRESHOLD) -> None:
        self._threshold = threshold
        self._names: list[tuple[Hashable, frozenset[str]]] = []
        self._where: dict[str, list[int]] = defaultdict(list)

    def add(self, key: Hashable, name: str) -> None:
        """Remember ``name`` as that of ``key``."""
        trigrams = name_trigrams(name)
        if trigrams:
            place = len(self._names)
            self._names.append((key, trigrams))
            for trigram in trigrams:
                self._where[trigram].append(place)

    def near(self, name: str) -> list[Hashable]:
        """The keys whose name is near ``name``, the nearest first, each once."""
        return list(dict.fromkeys(key for _, key in sorted(self._scored(name_trigrams(name)), key=lambda s: -s[0])))

    def _scored(self, wanted: frozenset[str]) -> Iterator[tuple[float, Hashable]]:
        if not wanted:
            return
        rarest = sorted(wanted, key=lambda t: len(self._where.get(t, ())))
        size = len(wanted)
        probed = rarest[: size - math.ceil(self._threshold * size) + 1]
        # A name much longer or shorter shares too little, whatever it shares.
        least, most = self._threshold * size, size / self._threshold
        for place in {place for trigram in probed for place in self._where.get(trigram, ())}:
            key, trigrams = self._names[place]
            if not least <= len(trigrams) <= most:
                continue
            shared = len(wanted & trigrams)
            score = shared / (size + len(trigrams) - shared)
            if score >= self._threshold:
                yield score, key

    def pairs(self) -> Iterator[tuple[float, Hashable, Hashable]]:
        """Every pair of near names, each once, with its score (0.6 to 1), in no order."""
        seen: set[frozenset[Hashable]] = set()
        for key, trigrams in self._names:
            for score, other in self._scored(trigrams):
                pair = frozenset((key, other))
                if other != key and pair not in seen:
                    seen.add(pair)
                    yield score, key, other
