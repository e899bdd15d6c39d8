"""The daily schedule: each daily job is enqueued once per local date, by whichever worker comes first."""

from __future__ import annotations

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from core import clock
from core.actor import Actor
from core.jobs.queue import enqueue
from core.jobs.registry import DAILY
from core.models import ScheduledRun

log = structlog.get_logger(__name__)


def enqueue_daily() -> list[str]:
    """Enqueue the daily jobs whose hour has come today and that nobody enqueued yet; returns their names."""
    local = timezone.localtime(clock.now())
    due = [spec for spec in DAILY if local.hour >= spec.hour]
    known = set(ScheduledRun.objects.filter(date=local.date()).values_list("name", flat=True))
    started = []
    for spec in due:
        if spec.name in known:
            continue
        try:
            with transaction.atomic():
                row = ScheduledRun.objects.create(name=spec.name, date=local.date())
                row.job = enqueue(
                    spec.name, {"date": local.date().isoformat()}, actor=Actor.system("programme quotidien")
                )
                row.save(update_fields=["job"])
        except IntegrityError:
            if not ScheduledRun.objects.filter(name=spec.name, date=local.date()).exists():
                raise
            continue  # another worker was quicker
        started.append(spec.name)
        log.info("schedule.enqueued", job=spec.name, date=local.date().isoformat())
    return started
