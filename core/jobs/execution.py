"""Running one job: claim, heartbeat, progress, result, retry with back-off, jobs whose worker died."""

from __future__ import annotations

import datetime as dt
import json
import random
import time
import traceback
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import InterfaceError, OperationalError, connection, transaction

from core import clock
from core.actor import Actor
from core.errors import DomainError
from core.jobs.queue import requeue
from core.jobs.registry import ACTOR_RESOLVER, JOBS
from core.models import Job, JobState, Lane, WorkerBeat

log = structlog.get_logger(__name__)
T = TypeVar("T")

#: What may pass if one waits: a locked database, a lost connection.
TRANSIENT = (OperationalError, InterfaceError)
TRACE_CHARACTERS = 8000
BACKOFF_LONGEST_SECONDS = 2 * 3600


class GiveUp(Exception):
    """Raised by a job for what trying again will not mend. The message, in French, is shown to the person."""


class JobLost(Exception):
    """The job was taken by another worker meanwhile (this one had stopped giving signs of life): stop at once."""


class JobInterrupted(Exception):
    """The worker is asked to stop: the job goes back to the queue, the attempt is not counted."""


class _Process:
    """What the running process adds to the jobs it runs: a heartbeat, and the wish to stop."""

    def __init__(self) -> None:
        self.watch: Callable[[JobRun | None], None] = lambda run: None
        self.must_stop: Callable[[], bool] = lambda: False


process = _Process()


class JobRun:
    """One attempt at a job, given to its function as first argument."""

    def __init__(self, job: Job):
        self.job = job
        self.job_id: int = job.pk
        self.name: str = job.name
        self.payload: dict[str, Any] = job.payload
        self.attempt: int = job.attempts
        self.worker_id: str = job.worker_id
        self.lost = False
        self._told_at = 0.0

    @property
    def actor(self) -> Actor:
        """The application itself, acting in this job: for what nobody in particular asked for."""
        spec = JOBS.get(self.name)
        return Actor.system(spec.label if spec else self.name)

    @property
    def requester(self) -> Actor:
        """The person who asked for the job, under the membership of that moment; the application if nobody did.

        Raises ``GiveUp`` when the person's account is gone or closed.
        """
        if self.job.created_by_id is None:
            return self.actor
        resolve = ACTOR_RESOLVER.get("user")
        if resolve is not None:
            return resolve(self.job.created_by_id, self.job.created_by_membership_id)
        user = get_user_model()._default_manager.filter(pk=self.job.created_by_id, is_active=True).first()
        if user is None:
            raise GiveUp("Le compte de la personne qui a demandé cette tâche n’est plus actif.")
        return Actor.for_user(user)

    def mine(self):
        """The row of the job, as long as this attempt owns it."""
        return Job.objects.filter(
            pk=self.job_id, state=JobState.EN_COURS, worker_id=self.worker_id, attempts=self.attempt
        )

    def check(self) -> None:
        """To call between two steps of long work, outside transactions.

        Raises ``JobLost`` when another worker took the job, ``JobInterrupted`` when this one must stop.
        """
        if self.lost:
            raise JobLost
        if process.must_stop():
            raise JobInterrupted

    def progress(self, done: int, total: int = 0, message: str = "") -> None:
        """Tell how far the work is (``total`` 0: unknown); cheap enough to call at each row. Includes ``check()``."""
        self.check()
        now = time.monotonic()
        if now - self._told_at < 0.4 and not (total and done >= total):
            return
        self._told_at = now
        told = self.mine().update(
            progress_done=max(0, done), progress_total=max(0, total), progress_message=_storable(message)[:200]
        )
        if not told:
            self.lost = True
            raise JobLost


def drop_connection() -> None:
    """Forget a connection that failed, so that the next query opens a new one."""
    if not connection.in_atomic_block:
        connection.close()


# --- Claiming -------------------------------------------------------------------------------------------------------


def claim(worker_id: str, lane: str = "") -> JobRun | None:
    """Take the most pressing job that is due in ``lane`` (in any, by default); one worker only gets it."""
    due = Job.objects.due()
    if lane:
        due = due.filter(lane=lane)
    if not due.exists():  # a plain read: an idle worker takes no write lock
        return None
    with transaction.atomic():
        job = due.select_for_update(skip_locked=True).first()
        if job is None:
            return None
        now = clock.now()
        job.state = JobState.EN_COURS
        job.attempts += 1
        job.worker_id = worker_id
        job.started_at = job.heartbeat_at = now
        job.progress_done = job.progress_total = 0
        job.progress_message = ""
        job.save(
            update_fields=[
                "state", "attempts", "worker_id", "started_at", "heartbeat_at",
                "progress_done", "progress_total", "progress_message",
            ]
        )  # fmt: skip
    return JobRun(job)


# --- Executing ------------------------------------------------------------------------------------------------------


def execute(run: JobRun) -> None:
    """Run a claimed job and record how it ended. Raises only when the database cannot be written at all."""
    spec = JOBS.get(run.name)
    with structlog.contextvars.bound_contextvars(job_id=run.job_id, job=run.name, attempt=run.attempt):
        process.watch(run)
        try:
            log.info("job.start")
            if spec is None:
                # Perhaps a worker of an older version during an update: another attempt may know it.
                raise LookupError(f"tâche inconnue : {run.name}")
            result = spec.function(run, **run.payload)
            result = None if result is None else _storable(json.loads(json.dumps(result)))
        except JobLost:
            log.warning("job.lost")
        except JobInterrupted:
            log.info("job.interrupted")
            _settle(run, lambda job: requeue(job, run_after=clock.now(), attempts=job.attempts - 1))
        except (GiveUp, DomainError) as error:
            log.warning("job.refused", reason=str(error))
            message, trace = _storable(str(error)), _trace(error)
            _settle(run, lambda job: fail(job, message, trace))
        except (Exception, SystemExit) as error:
            log.warning("job.failed", exc_info=True)
            message, trace = f"Erreur inattendue ({type(error).__name__}).", _trace(error)
            if isinstance(error, TRANSIENT):
                drop_connection()
            _settle(run, lambda job: _retry_or_fail(job, message, trace))
        else:
            if _settle(run, lambda job: _done(job, result)):
                log.info("job.done")
        finally:
            process.watch(None)


def _trace(error: BaseException) -> str:
    return _storable("".join(traceback.format_exception(error))[-TRACE_CHARACTERS:])


def _storable(value: Any) -> Any:
    """``value`` without the NUL characters that PostgreSQL refuses."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value


def patiently(write: Callable[[], T]) -> T:
    """Call ``write`` again while the database is locked or lost, for half a minute, then let the error out."""
    for pause in (0.2, 1, 3, 8, 16):
        try:
            return write()
        except TRANSIENT:
            drop_connection()
            time.sleep(pause)
    return write()


def _settle(run: JobRun, write: Callable[[Job], None]) -> bool:
    """Record the end of a run, if it still owns its job."""

    def settle() -> bool:
        with transaction.atomic():
            job = run.mine().select_for_update().first()
            if job is None:
                log.warning("job.lost")
                return False
            write(job)
            return True

    return patiently(settle)


def _done(job: Job, result: Any) -> None:
    job.state = JobState.FAIT
    job.result = result
    job.error = job.trace = ""
    job.finished_at = clock.now()
    if job.progress_total:
        job.progress_done = job.progress_total
    job.save()


def fail(job: Job, message: str, trace: str = "") -> None:
    """Record that a (locked) job failed for good."""
    job.state = JobState.ECHEC
    job.error = message
    job.trace = trace
    job.finished_at = clock.now()
    job.save()
    spec = JOBS.get(job.name)
    if spec is not None and spec.on_failure is not None:
        try:
            with transaction.atomic():
                spec.on_failure(job)
        except TRANSIENT:
            raise
        except Exception:  # the failure itself is recorded whatever happens
            log.exception("job.on_failure_failed", job_id=job.pk, job=job.name)


def backoff(attempt: int) -> dt.timedelta:
    """How long to wait after the attempt number ``attempt`` (from 1): doubles each time, with a little chance."""
    seconds = min(settings.JOB_BACKOFF_SECONDS * 2 ** (attempt - 1), BACKOFF_LONGEST_SECONDS)
    return dt.timedelta(seconds=seconds * random.uniform(0.9, 1.1))  # noqa: S311 (spreads retries, hides nothing)


def _retry_or_fail(job: Job, message: str, trace: str) -> None:
    if job.attempts >= job.max_attempts:
        fail(job, message, trace)
    else:
        requeue(job, run_after=clock.now() + backoff(job.attempts), error=message, trace=trace)


# --- Sweeping -------------------------------------------------------------------------------------------------------


def stale_before() -> dt.datetime:
    """A heartbeat older than this is that of a dead worker."""
    return clock.now() - dt.timedelta(seconds=settings.JOB_STALE_SECONDS)


def sweep() -> int:
    """Put back in the queue the jobs whose worker gives no sign of life; returns how many. Safe with many workers."""
    limit = stale_before()
    found = 0
    for pk in list(Job.objects.filter(state=JobState.EN_COURS, heartbeat_at__lt=limit).values_list("pk", flat=True)):
        with transaction.atomic():
            job = (
                Job.objects.select_for_update(skip_locked=True)
                .filter(pk=pk, state=JobState.EN_COURS, heartbeat_at__lt=limit)
                .first()
            )
            if job is None:
                continue
            log.warning("job.stale", job_id=job.pk, job=job.name, attempt=job.attempts, worker=job.worker_id)
            message = "Le processus qui exécutait cette tâche s’est arrêté sans prévenir."
            if job.attempts >= job.max_attempts:
                fail(job, message)
            else:
                requeue(job, run_after=clock.now(), error=message)
            found += 1
    return found


def lanes_alive() -> set[str]:
    """The lanes whose worker gave a sign of life lately."""
    seen = set(WorkerBeat.objects.filter(seen_at__gte=stale_before()).values_list("lane", flat=True))
    return set(Lane.values) if "" in seen else seen


def worker_alive() -> bool:
    """Is there a living worker for each lane?"""
    return lanes_alive() == set(Lane.values)


# --- One step of a worker -------------------------------------------------------------------------------------------


def run_next(worker_id: str, lane: str = "") -> bool:
    """Run the most pressing job that is due, in ``lane`` or in any. False when there is none."""
    run = claim(worker_id, lane)
    if run is None:
        return False
    execute(run)
    return True


def run_pending(*, limit: int = 1000, worker_id: str = "ici") -> int:
    """Run here and now all that is due, at most ``limit`` jobs; returns how many ran."""
    count = 0
    while count < limit and run_next(worker_id):
        count += 1
    return count
