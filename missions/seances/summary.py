"""What the séances of a mission come to: the days really given to each structure, who came.

The rule, said on the page: a structure of which somebody was there counts the days of the séance; of which nobody
stayed for the whole of it, half of them. Several people of one structure count once, by the one who stayed longest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from engagement.rendezvous.enums import EtatRendezvous, Presence
from missions.conventions.models import Convention
from missions.seances.models import ParticipantSeance, Seance

#: The part of a séance that a presence counts.
PART = {Presence.PRESENT: Decimal(1), Presence.EN_PARTIE: Decimal("0.5")}
REGLE = (
    "Une structure présente compte les jours de la séance ; présente en partie, la moitié. Plusieurs personnes d’une "
    "même structure ne comptent qu’une fois, selon celle qui est restée le plus longtemps."
)
#: From the one that counts most to the one that counts least.
_ORDER = (Presence.PRESENT, Presence.EN_PARTIE, Presence.EXCUSE, Presence.ABSENT, Presence.A_NOTER)


@dataclass(slots=True)
class Venues:
    """Of one structure: in how many held séances it was expected, and how it came; its days, planned and given."""

    attendues: int = 0
    present: int = 0
    en_partie: int = 0
    excuse: int = 0
    absent: int = 0
    a_noter: int = 0
    jours_prevus: Decimal = Decimal(0)
    jours_donnes: Decimal = Decimal(0)

    @property
    def venues(self) -> int:
        """In how many it was there, be it for a part."""
        return self.present + self.en_partie


def presences(convention: Convention) -> dict[int, Venues]:
    """Per targeted structure (its pk): one query, whatever the number of séances and of people."""
    best: dict[tuple[int, int], str] = {}
    days: dict[int, tuple[Decimal, bool]] = {}
    rows = (
        ParticipantSeance.objects.expected()
        .filter(seance__convention=convention, structure__isnull=False)
        .exclude(seance__state=EtatRendezvous.ANNULEE)
        .order_by()
        .values_list("seance_id", "structure_id", "presence", "seance__jours", "seance__state")
    )
    for seance, structure, presence, jours, state in rows:
        days[seance] = (jours, state == EtatRendezvous.TENUE)
        known = best.get((seance, structure))
        if known is None or _ORDER.index(presence) < _ORDER.index(known):
            best[seance, structure] = presence
    found: dict[int, Venues] = defaultdict(Venues)
    for (seance, structure), presence in best.items():
        jours, held = days[seance]
        told = found[structure]
        told.jours_prevus += jours
        if held:
            told.attendues += 1
            name = presence or "a_noter"
            setattr(told, name, getattr(told, name) + 1)
            told.jours_donnes += jours * PART.get(presence, Decimal(0))
    return dict(found)


def jours_par_structure(convention: Convention) -> dict[int, Decimal]:
    """The days really given to each targeted structure (its pk). One query."""
    return {pk: told.jours_donnes for pk, told in presences(convention).items() if told.jours_donnes}


def jours_donnes(convention: Convention) -> Decimal:
    """The days of the séances that were held. One query."""
    return _days(convention.seances.filter(state=EtatRendezvous.TENUE))


def jours_planifies(convention: Convention) -> Decimal:
    """The days of all the séances that stand, held or to come. One query."""
    return _days(convention.seances.exclude(state=EtatRendezvous.ANNULEE))


def _days(rows) -> Decimal:
    return Decimal(rows.aggregate(total=Sum("jours"))["total"] or 0)


def derniere_seance(convention: Convention) -> Seance | None:
    """The last one that stands, held or to come. One query."""
    return convention.seances.exclude(state=EtatRendezvous.ANNULEE).order_by("-debut", "-pk").first()


def standing(seances: Iterable[Seance]) -> list[Seance]:
    """Those that were not cancelled, the first first."""
    rows = [row for row in seances if row.state != EtatRendezvous.ANNULEE]
    return sorted(rows, key=lambda row: (row.debut, row.pk))
