"""Partners that could be one and the same: near names, sigles that are another's name."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from core.actor import Actor
from core.likeness import NearNames
from partners.directory.models import Partenaire

#: Pairs shown at once: the nearest ones.
PAIRS_MAX = 100
#: A sigle is short: shorter than this, it says too little.
SIGLE_MIN = 4


class NearPartenaires:
    """Names and sigles of partners, to be compared with others: (key, name, sigle) of each."""

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
        """Every pair of near partners, with its score."""
        return self._names.pairs()


def possible_duplicates(actor: Actor) -> list[tuple[Partenaire, Partenaire]]:
    """Pairs of active partners of the région with near names, one of them at least kept by the actor's organisation.

    The nearest first, :data:`PAIRS_MAX` at most, those of one's own directory before those shared with a neighbour.
    Three queries.
    """
    visible = Partenaire.objects.visible_to(actor).active()
    owners = dict(visible.values_list("pk", "organisation_id"))
    names = NearPartenaires(visible.values_list("pk", "name", "sigle"))
    own = actor.organisation_id
    found = []
    for score, one, other in names.pairs():
        mine = sum(owners.get(pk) == own for pk in (one, other))
        if mine:
            found.append((-mine, -score, *sorted((one, other), key=lambda pk: (owners[pk] != own, pk))))
    found = sorted(found)[:PAIRS_MAX]
    partners = Partenaire.objects.with_list_related_data().in_bulk({pk for _, _, *pair in found for pk in pair})
    return [(partners[one], partners[other]) for _, _, one, other in found]
