"""The links of the published resources are asked, a few a day, by the worker; a dead one is told to its author once."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from capitalisation.bibliotheque.models import Ressource
from capitalisation.usages.enums import EtatLien
from capitalisation.usages.models import VerificationLien
from capitalisation.usages.services.adresses import author
from core import clock
from core.actor import Actor
from core.editing import lock
from core.outbox import queue_mail
from core.probe import Answer, probe

MAIL_MORT = "capitalisation/lien_mort"
#: Links a run; seconds for the whole run; between two questions to one host; days in a row before a link is dead.
LIENS_MAX, BUDGET, PAUSE, JOURS = 200, 900.0, 2.0, 3

Ask = Callable[[str], Answer]


def is_on() -> bool:
    """Does the installation ask the links whether they answer?"""
    return bool(settings.VERIFIER_LIENS)


def due(limit: int = LIENS_MAX) -> list[tuple[int, str]]:
    """(resource, address) of the links to ask today: those that just failed, those never asked, then the oldest."""
    path = "verification_lien__"
    today = Q(**{f"{path}verifie_le__date": clock.today(), f"{path}adresse": F("lien")})
    rows = Ressource.objects.publiees().exclude(lien="").exclude(today)
    rank = Case(When(**{f"{path}echecs__gt": 0, f"{path}echecs__lt": JOURS}, then=Value(0)), default=Value(1))
    ordered = rows.order_by(rank, F(f"{path}verifie_le").asc(nulls_first=True), "pk")
    return list(ordered.values_list("pk", "lien")[:limit])


def check_all(*, actor: Actor, check: Callable[[], None], ask: Ask = probe, pause: float = PAUSE) -> dict[str, int]:
    """Ask the links of today, each host politely, until the time is over; returns how many of each outcome."""
    started, last = time.monotonic(), {}
    told = {"verifies": 0, "morts": 0, "refuses": 0, "laisses": 0}
    known: dict[str, Answer] = {}
    links = due()
    for number, (pk, url) in enumerate(links):
        check()
        if time.monotonic() - started > BUDGET:
            told["laisses"] = len(links) - number
            break
        if url not in known:
            host = (urlsplit(url).hostname or "") if "[" not in url else url
            time.sleep(max(0.0, pause - (time.monotonic() - last[host])) if host in last else 0.0)
            known[url] = ask(url)
            last[host] = time.monotonic()
        row = note(pk, url, known[url], actor=actor)
        told["verifies"] += 1
        told["morts"] += row is not None and row.etat == EtatLien.MORT
        told["refuses"] += row is not None and row.etat == EtatLien.REFUSE
    return told


@transaction.atomic
def note(pk: int, url: str, answer: Answer, *, actor: Actor) -> VerificationLien | None:
    """Record what the link of a resource answered; nothing when it changed meanwhile. The third failure in a row, on as
    many days, makes it dead: its author is told, once."""
    found = Ressource.objects.filter(pk=pk, lien=url).first()
    if found is None:
        return None
    ressource = lock(found)
    row = VerificationLien.objects.filter(ressource=ressource).first() or VerificationLien(ressource=ressource)
    if row.adresse != url:
        row.adresse, row.echecs, row.prevenu_le, row.verifie_le = url, 0, None, None
    again = row.verifie_le is not None and timezone.localdate(row.verifie_le) == clock.today()
    row.verifie_le, row.detail = clock.now(), answer.detail[:300]
    if answer.alive:
        row.echecs, row.etat, row.prevenu_le = 0, EtatLien.BON, None
    else:
        row.echecs = max(row.echecs, 1) if again else min(row.echecs + 1, 1_000)
        dead = EtatLien.MORT if row.echecs >= JOURS else EtatLien.A_VERIFIER
        row.etat = EtatLien.REFUSE if answer.refused else dead
        if row.echecs >= JOURS and row.prevenu_le is None:
            _tell(ressource, actor)
            row.prevenu_le = clock.now()
    row.save()
    return row


def _tell(ressource: Ressource, actor: Actor) -> None:
    for address in author(ressource):
        queue_mail(
            MAIL_MORT, to=address, context={"ressource": ressource.pk, "adresse": ressource.lien}, actor=actor,
            scope=ressource, urgent=False,
        )  # fmt: skip


def state_of(ressource: Ressource) -> VerificationLien | None:
    """What was found of its present link; nothing while it was not asked."""
    return VerificationLien.objects.filter(ressource=ressource, adresse=ressource.lien).first()
