"""The portfolio in the memory of each process: filters and counts are operations on bits.

Every entry has a place, a bit number that grows with its stamp: the fiche changed last has the highest. For each value
of each facet one integer holds the bits of the entries that have it. « This theme and this sector in this département »
is two ANDs, a count of a facet one AND and one ``bit_count``: microseconds, at 30,000 fiches as at 300, on SQLite as on
PostgreSQL. Only the entries changed since the last request are read from the database (one query, most often empty).
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from core.prepared import Prepared
from partners.recherche.models import Entree

TAILLES = (
    ("1", "1 personne", 1, 1),
    ("2-5", "2 à 5", 2, 5),
    ("6-20", "6 à 20", 6, 20),
    ("21+", "plus de 20", 21, None),
)
#: Price per day, euros HT: code, words, from, to (excluded).
PRIX = (
    ("500", "moins de 500 €", 0, 500),
    ("700", "500 à 700 €", 500, 700),
    ("900", "700 à 900 €", 700, 900),
    ("plus", "900 € et plus", 900, None),
)
_LISTS = ("departements", "secteurs", "domaines", "themes", "types")

_CHANGES = Prepared(
    lambda mark: (
        Entree.objects.filter(stamp__gt=mark("stamp"))
        .order_by("stamp")
        .values("publication_id", "stamp", "shown", "data")
    )
)


class Entry(dict):
    """What is kept of one entry: its data, the publication it is of, the stamp of its last change, its place."""

    __slots__ = ("place", "publication", "stamp")


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _between(value: float, low: float, high: float | None) -> bool:
    return value >= low and (high is None or value <= high)


def keys_of(data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The (facet, value) pairs under which an entry is found."""
    yield "region", data["region"]
    for name in _LISTS:
        for pk in data[name]:
            yield name, pk
    if data["kind"]:
        yield "forme", data["kind"]
    for mode in ("collectif", "individuel"):
        if data[mode]:
            yield "mode", mode
    if data["effectif"] is not None:
        for code, _, low, high in TAILLES:
            if _between(data["effectif"], low, high):
                yield "taille", code
    low, high = (float(price) if price is not None else None for price in data["prix"])
    if low is not None or high is not None:
        low, high = low if low is not None else high, high if high is not None else low
        for code, _, start, end in PRIX:
            if high >= start and (end is None or low < end):
                yield "prix", code
    if data["references_collectives"]:
        yield "experience", "collectif"
    if data["references_dla"]:
        yield "experience", "dla"
    for theme in data["references_themes"]:
        yield "reference", int(theme)


class Index:
    """The entries of one process. ``refresh()`` first, then read ``bits``, ``all``, ``at``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget everything (the tests start from another database)."""
        self.stamp = 0
        self.all = 0
        self._bits: dict[tuple[str, Any], int] = {}
        #: By place; those that were replaced stay until the gaps are closed, no bit leads to them.
        self._entries: list[Entry] = []
        self._places: dict[int, int] = {}
        self._of: dict[int, dict[int, int]] = {}
        self._principal: int | None = None
        self._daily: dict[tuple[str, dt.date], int] = {}
        self._remembered: dict[Any, Any] = {}

    # --- Reading ----------------------------------------------------------------------------------------------------

    def refresh(self) -> Index:
        """Read what changed in the database since the last call: one query. Returns the index to read, another one
        when this one had too many gaps (whoever still reads this one, in another thread, is not disturbed)."""
        with self._lock:
            changes = list(_CHANGES.rows(stamp=self.stamp))
            if changes:
                self._apply(changes)
                if len(self._entries) > 1000 and len(self._entries) > 2 * len(self._places):
                    return self._compacted()
        return self

    def bits(self, facet: str, value: Any) -> int:
        """The entries that have this value."""
        return self._bits.get((facet, value), 0)

    def values(self, facet: str) -> list[Any]:
        """The values of a facet that some entry has."""
        return [value for name, value in self._bits if name == facet]

    def at(self, place: int) -> Entry:
        """The entry at this place."""
        return self._entries[place]

    def places(self, bits: int) -> Iterator[int]:
        """The places of these bits, the most recent first."""
        while bits:
            place = bits.bit_length() - 1
            yield place
            bits ^= 1 << place

    def of_publications(self, keys) -> int:
        """The bits of these publications."""
        found = 0
        for key in keys:
            place = self._places.get(key)
            if place is not None:
                found |= 1 << place
        return found

    def of_prestataires(self, keys) -> int:
        """The bits of every publication of these prestataires."""
        found = 0
        for key in keys:
            for place in self._of.get(key, {}).values():
                found |= 1 << place
        return found

    @property
    def principal(self) -> int:
        """One entry per prestataire: that of its own région, or its first one."""
        if self._principal is None:
            found = 0
            for regions in self._of.values():
                home = [p for p in regions.values() if self.at(p)["home"]]
                found |= 1 << (home[0] if home else min(regions.values()))
            self._principal = found
        return self._principal

    def on(self, day: dt.date, name: str, holds: Callable[[Entry, dt.date], bool]) -> int:
        """The entries for which ``holds(entry, day)``: asked once a day, and again after a change."""
        found = self._daily.get((name, day))
        if found is None:
            found = _packed([p for p in self.places(self.all) if holds(self.at(p), day)])
            if len(self._daily) > 50:
                self._daily.clear()
            self._daily[name, day] = found
        return found

    def remembered(self, key: Any, find: Callable[[], Any]) -> Any:
        """What ``find`` answers for ``key``, asked again after a change."""
        found = self._remembered.get(key)
        if found is None:
            found = find()
            if len(self._remembered) > 200:
                self._remembered.clear()
            self._remembered[key] = found
        return found

    # --- Changing ---------------------------------------------------------------------------------------------------

    def _apply(self, changes: list[dict[str, Any]]) -> None:
        many = len(changes) > 500 or len(changes) > len(self._places)
        added: dict[tuple[str, Any], list[int]] = defaultdict(list)
        for change in changes:
            key = change["publication_id"]
            self._remove(key)
            if not change["shown"]:
                continue
            place = len(self._entries)
            entry = Entry(change["data"])
            entry.publication, entry.stamp, entry.place = key, change["stamp"], place
            self._entries.append(entry)
            self._places[key] = place
            self._of.setdefault(entry["prestataire"], {})[entry["region"]] = place
            for found in keys_of(entry):
                added[found].append(place)
            added["", "all"].append(place)
        for found, places in added.items():
            bits = _packed(places) if many else sum(1 << place for place in places)
            if found == ("", "all"):
                self.all |= bits
            else:
                self._bits[found] = self._bits.get(found, 0) | bits
        self.stamp = changes[-1]["stamp"]
        self._principal = None
        self._daily.clear()
        self._remembered.clear()

    def _remove(self, key: int) -> None:
        place = self._places.pop(key, None)
        if place is None:
            return
        entry = self.at(place)
        for found in keys_of(entry):
            # A change of several entries may take away what it has not written yet: the bit is simply not there.
            self._bits[found] = self._bits.get(found, 0) & ~(1 << place)
        self.all &= ~(1 << place)
        regions = self._of[entry["prestataire"]]
        del regions[entry["region"]]
        if not regions:
            del self._of[entry["prestataire"]]

    def _compacted(self) -> Index:
        """A new index without the gaps left by changes, the entries in the same order."""
        fresh = Index()
        kept = [self.at(place) for place in sorted(self._places.values())]
        rows = [{"publication_id": e.publication, "stamp": e.stamp, "shown": True, "data": dict(e)} for e in kept]
        if rows:
            fresh._apply(rows)
        fresh.stamp = self.stamp
        return fresh


def _packed(places: list[int]) -> int:
    """The integer whose bits are at these places, made in one go."""
    if not places:
        return 0
    packed = bytearray(max(places) // 8 + 1)
    for place in places:
        packed[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(packed, "little")


_index = Index()


def current() -> Index:
    """The index of this process, up to date: one query."""
    global _index
    _index = _index.refresh()
    return _index


def forget() -> None:
    """Start again from an empty index (a test starts from another database)."""
    _index.clear()
