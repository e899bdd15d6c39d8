"""How long the fiches and the people in them are kept: warned a month before, erased at the term.

The term is ``PERSONAL_DATA_MONTHS`` after the last use: the day the fiche became inactive, the last mission, or the
last thing that somebody did of it, whichever comes last. Nothing is erased while a mission runs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from core import clock, journal, outbox
from core.actor import Actor
from core.clock import months_after
from core.editing import lock
from core.models import JournalEntry
from partners.portfolio.donnees.effacement import NOT_A_USE, erase_fiche
from partners.portfolio.donnees.registry import engagements
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.prestataire.notices import referents
from partners.portfolio.publication.enums import EtatPublication
from partners.portfolio.publication.models import MOIS_INACTIVE, Periode, Publication

CHUNK = 200
REASON = "Durée de conservation écoulée."


@dataclass(frozen=True, slots=True)
class Term:
    """When the fiche of one prestataire was last used, and from which day it may be erased (``running``: not yet)."""

    last: dt.date
    running: str = ""

    @property
    def due(self) -> dt.date:
        return months_after(self.last, settings.PERSONAL_DATA_MONTHS)


def terms(prestataires: list[Prestataire]) -> dict[int, Term]:
    """The term of each of these prestataires: the same few queries for one as for two hundred."""
    keys = [p.pk for p in prestataires]
    last = {p.pk: timezone.localdate(p.created_at) for p in prestataires}

    def later(pk: int, day: dt.date | None) -> None:
        if day is not None and day > last[pk]:
            last[pk] = day

    used = (
        JournalEntry.objects.filter(scope_type=Prestataire._meta.label_lower, scope_id__in=keys, actor_kind="user")
        .exclude(verb__in=NOT_A_USE)
        .order_by()
    )
    for pk, at in used.values_list("scope_id").annotate(at=Max("at")):
        later(pk, timezone.localdate(at))
    published = Publication.objects.filter(prestataire__in=keys, state=EtatPublication.PUBLIEE)
    for pk, until in published.values_list("prestataire_id", "a_actualiser_le"):
        later(pk, months_after(until, MOIS_INACTIVE))
    ended = Periode.objects.filter(publication__prestataire__in=keys, au__isnull=False).order_by()
    for pk, day in ended.values_list("publication__prestataire_id").annotate(day=Max("au")):
        later(pk, day)
    engaged = engagements(keys)
    for pk, found in engaged.items():
        later(pk, found.last)
    return {pk: Term(day, engaged[pk].running if pk in engaged else "") for pk, day in last.items()}


def _near(month: int) -> list[tuple[Prestataire, Term]]:
    """Those whose term is at most ``month`` months away, that no mission keeps and that are not erased already."""
    oldest = months_after(clock.today(), month - settings.PERSONAL_DATA_MONTHS)
    found, after = [], 0
    rows = Prestataire.objects.filter(efface_le=None, created_at__date__lte=oldest).order_by("pk")
    while chunk := list(rows.filter(pk__gt=after)[:CHUNK]):
        after = chunk[-1].pk
        known = terms(chunk)
        for prestataire in chunk:
            term = known[prestataire.pk]
            if not term.running and term.last <= oldest:
                found.append((prestataire, term))
    return found


def _told(prestataire: Prestataire, term: Term) -> bool:
    """Were its people told since the fiche was last used?"""
    return prestataire.prevenu_le is not None and prestataire.prevenu_le > term.last


def warn_fiches(*, dry_run: bool = False, check: Callable[[], None] = lambda: None) -> int:
    """Write to the référents of the fiches that go in a month; returns how many fiches. Once per term."""
    actor = Actor.system("conservation des données")
    count = 0
    for prestataire, term in _near(1):
        check()
        if _told(prestataire, term):
            continue
        count += 1
        if dry_run:
            continue
        with transaction.atomic():
            prestataire.prevenu_le = clock.today()
            prestataire.save(update_fields=["prevenu_le"])
            journal.record(actor, "portfolio.conservation_prevenue", prestataire)
            for email in referents(prestataire.pk):
                outbox.queue_mail(
                    "portfolio/conservation",
                    to=email,
                    context={"prestataire": prestataire.pk, "prevenu_le": prestataire.prevenu_le.isoformat()},
                    actor=actor,
                    scope=prestataire,
                    key=f"portfolio-conservation-{prestataire.pk}-{prestataire.prevenu_le}-{email}",
                )
    return count


def erase_due(*, dry_run: bool = False, check: Callable[[], None] = lambda: None) -> int:
    """Erase the fiches whose term has come and whose people were told a month ago; returns how many."""
    count = 0
    for prestataire, term in _near(0):
        check()
        if not _ripe(prestataire, term):
            continue
        if dry_run:
            count += 1
            continue
        with transaction.atomic():
            # Asked again with the row locked: somebody may have used the fiche meanwhile.
            locked = lock(prestataire)
            if not locked.efface_le and _ripe(locked, terms([locked])[locked.pk]):
                erase_fiche(locked, actor=Actor.system("conservation des données"), reason=REASON)
                count += 1
    return count


def _ripe(prestataire: Prestataire, term: Term) -> bool:
    """May it be erased today: its term has come, and its people were told a month ago?"""
    today = clock.today()
    if term.running or term.due > today or not _told(prestataire, term):
        return False
    return months_after(prestataire.prevenu_le, 1) <= today


def erased_on(prestataire: Prestataire) -> dt.date:
    """The day the fiche will be erased if nobody uses it before: its term, a month at least after it was told."""
    term = terms([prestataire])[prestataire.pk]
    return max(term.due, months_after(prestataire.prevenu_le or clock.today(), 1))
