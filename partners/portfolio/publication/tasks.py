"""Every day: who has to update a fiche is reminded, at 11, 12 and 13 months, as long as it remains to be done."""

from __future__ import annotations

from django.db import transaction

from core import clock, outbox
from core.actor import Actor
from core.clock import months_after
from core.jobs import JobRun, daily
from partners.portfolio.prestataire.notices import referents
from partners.portfolio.publication.enums import EtatPublication
from partners.portfolio.publication.mails import still_to_update
from partners.portfolio.publication.models import Publication

#: Months after publication at which a reminder leaves.
REMINDERS = (11, 12, 13)


def due_month(publication: Publication) -> int | None:
    """The last reminder whose day has come for ``publication``, or ``None``: a worker that slept misses none."""
    today = clock.today()
    passed = [month for month in REMINDERS if months_after(publication.publiee_le, month) <= today]
    return passed[-1] if passed else None


def remind(*, dry_run: bool = False) -> int:
    """Owe the reminders of today, each once per term and month; returns how many.

    Only of the home région: one update answers for all. Nothing after two years: the fiche is inactive.
    """
    today = clock.today()
    rows = (
        Publication.objects.filter(
            state=EtatPublication.PUBLIEE,
            publiee_le__lte=months_after(today, -REMINDERS[0]),
            publiee_le__gt=months_after(today, -24),
            candidate=None,
        )
        .select_related("prestataire")
        .order_by("pk")
    )
    actor = Actor.system("rappels du portefeuille")
    count = 0
    for publication in rows.iterator(chunk_size=200):
        month = due_month(publication)
        if publication.region_id != publication.prestataire.region_id or month is None:
            continue
        if not still_to_update(publication, publication.a_actualiser_le):
            continue
        for email in referents(publication.prestataire_id):
            key = f"portfolio-rappel-{publication.pk}-{publication.a_actualiser_le}-{month}-{email}"
            if outbox.OutboxMail.objects.filter(key=key).exists():
                continue
            count += 1
            if dry_run:
                continue
            with transaction.atomic():
                outbox.queue_mail(
                    "portfolio/rappel",
                    to=email,
                    context={
                        "publication": publication.pk,
                        "a_actualiser_le": publication.a_actualiser_le.isoformat(),
                        "mois": month,
                    },
                    actor=actor,
                    scope=publication.prestataire,
                    key=key,
                    urgent=False,
                )
    return count


@daily("portfolio.rappels", at=5, label="Rappels de mise à jour des fiches")
def daily_reminders(run: JobRun, *, date: str) -> dict:
    """The reminders of the day; may run again, sends nothing twice."""
    return {"rappels": remind()}
