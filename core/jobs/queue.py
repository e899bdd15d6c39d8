"""Putting work in the queue, and back in it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core import clock, journal
from core.actor import Actor
from core.editing import lock
from core.errors import NotAllowed, StaleState
from core.jobs.registry import JOBS
from core.models import Job, JobState, MailState
from core.permissions import is_operator

journal.register_verbs({"core.relance_tache": "a relancé la tâche"})


def enqueue(
    name: str,
    payload: Mapping[str, Any] | None = None,
    *,
    actor: Actor,
    key: str = "",
    run_after: dt.datetime | None = None,
) -> Job:
    """Write a job, in the transaction that is open (or in one of its own).

    ``payload`` holds JSON values only, passed to the function by name: ids rather than objects or texts. With a
    ``key``, a job already known under it is returned and nothing is written. ``run_after`` is an aware instant.
    Raises ``LookupError`` for an unknown job, ``TypeError`` for a payload that JSON cannot hold.
    """
    spec = JOBS.get(name)
    if spec is None:
        raise LookupError(f"tâche inconnue : {name}")
    fields = {
        "name": name,
        "payload": json.loads(json.dumps(dict(payload or {}))),
        "lane": spec.lane,
        "priority": spec.priority,
        "max_attempts": spec.max_attempts,
        "run_after": run_after or clock.now(),
        "created_by_id": actor.user_id,
        "created_by_membership_id": actor.membership.pk if actor.membership else None,
        "created_by_label": actor.label[:200],
        "created_at": clock.now(),
    }
    if key:
        return Job.objects.get_or_create(key=key, defaults=fields)[0]
    return Job.objects.create(**fields)


def requeue(job: Job, *, run_after: dt.datetime, **fields: Any) -> None:
    """Put a (locked) job back in the queue."""
    job.state = JobState.EN_ATTENTE
    job.run_after = run_after
    job.heartbeat_at = None
    job.worker_id = ""
    for name, value in fields.items():
        setattr(job, name, value)
    job.save()


def retry_job(job: Job, *, actor: Actor) -> Job:
    """« Relancer »: give a failed job all its attempts back.

    Raises ``NotAllowed`` for anybody but the one who runs the application, ``StaleState`` when it is not failed.
    """
    if not is_operator(actor):
        raise NotAllowed("Seule la personne qui exploite l’application peut relancer une tâche.")
    with transaction.atomic():
        locked = lock(job)
        if locked.state != JobState.ECHEC:
            raise StaleState(f"Cette tâche n’est plus en échec : elle est maintenant « {locked.get_state_display()} ».")
        requeue(locked, run_after=clock.now(), attempts=0, error="", trace="", finished_at=None, result=None)
        locked.mails.filter(state=MailState.ECHEC).update(state=MailState.EN_ATTENTE, error="")
        journal.record(actor, "core.relance_tache", locked)
    return locked
