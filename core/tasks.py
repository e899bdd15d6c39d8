"""Background jobs of the kernel: mail, the day's digest, housekeeping."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from core import clock, outbox
from core.documents import jobs as document_jobs  # noqa: F401 (declares its jobs)
from core.imports import jobs as import_jobs  # noqa: F401
from core.jobs import JobRun, daily, job
from core.models import FormulaireRecu, Job, JobState, Lane, MailState, OutboxMail, ScheduledRun, WorkerBeat
from core.uploads import jobs as upload_jobs  # noqa: F401

KEPT_DAYS = 90
CHUNK = 500  # rows deleted in one transaction


@job(
    outbox.SEND_JOB,
    label="Envoi d’un courrier",
    max_attempts=14,  # with the back-off: about ten hours of a mail server that is down
    lane=Lane.COURRIERS,
    max_seconds=180,
    on_failure=outbox.mark_failed,
)
def send_mail(run: JobRun, *, mail: int) -> dict[str, str]:
    """Send one mail of the outbox."""
    return outbox.deliver(run, mail)


@daily("core.recapitulatif", at=7, label="Récapitulatif du jour")
def send_digests(run: JobRun, *, date: str) -> dict[str, int]:
    """Gather the mails that were not urgent."""
    return {"courriers": outbox.gather_digests()}


@daily("core.menage", at=3, label="Ménage quotidien")
def housekeeping(run: JobRun, *, date: str) -> dict[str, int]:
    """Prune what is finished since 90 days, and expired sessions."""
    return prune(check=run.check)


def prune(*, dry_run: bool = False, check=lambda: None) -> dict[str, int]:
    """Delete finished jobs and mails older than 90 days, dead workers' rows and expired sessions.

    Returns how many rows of each (to be) deleted. ``check`` is called between chunks.
    """
    now = clock.now()
    limit = now - dt.timedelta(days=KEPT_DAYS)
    rows: dict[str, QuerySet] = {
        "courriers": OutboxMail.objects.exclude(state=MailState.EN_ATTENTE).filter(created_at__lt=limit),
        "taches": Job.objects.filter(state__in=[JobState.FAIT, JobState.ECHEC], finished_at__lt=limit),
        "lancements": ScheduledRun.objects.filter(date__lt=limit.date()),
        "formulaires": FormulaireRecu.objects.filter(at__lt=now - dt.timedelta(days=7)),
        "processus": WorkerBeat.objects.filter(seen_at__lt=now - dt.timedelta(days=1)),
        "sessions": Session.objects.filter(expire_date__lt=now),
    }
    counts = {name: queryset.count() for name, queryset in rows.items()}
    if dry_run:
        return counts
    for name, queryset in rows.items():
        counts[name] = 0
        while True:
            check()
            with transaction.atomic():
                chunk = list(queryset.order_by("pk").values_list("pk", flat=True)[:CHUNK])
                queryset.model._default_manager.filter(pk__in=chunk).delete()
            counts[name] += len(chunk)
            if len(chunk) < CHUNK:
                break
    if settings.SESSION_ENGINE != "django.contrib.sessions.backends.db":
        import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return counts
