"""What can run in the background: jobs by name, the daily ones, and where their results are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.actor import Actor
from core.models.jobs import Lane
from core.registry import Registry


@dataclass(frozen=True)
class JobSpec:
    """A job as declared by ``@job``.

    ``lane``: the queue it waits in. ``max_seconds``: beyond it the worker process is given up and the job taken again.
    ``on_failure(job)`` runs in the transaction that records the final failure.
    """

    name: str
    function: Callable[..., Any]
    label: str
    max_attempts: int
    lane: Lane
    priority: int
    max_seconds: int
    on_failure: Callable[[Any], None] | None


@dataclass(frozen=True)
class DailySpec:
    """A job enqueued once per local date, from ``hour`` on (0 to 23, local time)."""

    name: str
    hour: int


JOBS: Registry[JobSpec] = Registry("tâches")
DAILY: Registry[DailySpec] = Registry("tâches quotidiennes")

#: By job name: ``(job, actor) -> url`` of the page that shows the result of a finished job. Without it, the page links
#: to ``result["url"]`` if the job returned one.
JOB_RESULT_URL: Registry[Callable[[Any, Actor], str | None]] = Registry("pages de résultat")

#: Under the code ``user``: ``(user_id, membership_id) -> Actor``, given by the floor that knows people.
ACTOR_RESOLVER: Registry[Callable[[int, int | None], Actor]] = Registry("acteurs des tâches")


def job(
    name: str,
    *,
    label: str,
    max_attempts: int = 5,
    lane: str = Lane.TRAVAUX,
    priority: int = 0,
    max_seconds: int = 1800,
    on_failure: Callable[[Any], None] | None = None,
):
    """Register ``function(run: JobRun, **payload)`` under ``name`` (« app.verbe »); it is returned unchanged.

    The function must be idempotent: it is run again after a failure, and after the death of its worker. It commits its
    work itself, in short transactions; what it returns (a JSON dict or nothing) is kept as the result. Raise
    ``GiveUp`` or a ``DomainError`` for what trying again will not mend. It waits behind those of its
    ``lane`` only, the highest ``priority`` (-100 to 100) first.
    """

    def register(function):
        JOBS.register(name, JobSpec(name, function, label, max_attempts, Lane(lane), priority, max_seconds, on_failure))
        return function

    return register


def daily(name: str, *, at: int, label: str, max_attempts: int = 5, priority: int = -10, max_seconds: int = 1800):
    """Like ``job``, enqueued once per local date from ``at`` o'clock on; the payload is ``date`` (ISO).

    A date on which no worker ran is not caught up: such a job looks at what remains to be done, not at the date.
    """
    if not 0 <= at <= 23:
        raise ValueError("l’heure va de 0 à 23")

    def register(function):
        job(name, label=label, max_attempts=max_attempts, priority=priority, max_seconds=max_seconds)(function)
        DAILY.register(name, DailySpec(name, at))
        return function

    return register
