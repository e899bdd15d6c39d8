"""The worker process: a loop that never gives up, its heart, and the supervisor that starts it again.

``Supervisor`` forks one or more workers and replaces those that die. ``Worker`` runs what is due, one job at a time.
``Heart`` is a thread with its own connection that tells the process and its job are alive.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import close_old_connections, connection, connections

from core import clock
from core.jobs import execution
from core.jobs.execution import JobRun
from core.jobs.registry import JOBS
from core.jobs.schedule import enqueue_daily
from core.models import WorkerBeat

log = structlog.get_logger(__name__)

EXIT_HUNG = 70  # sysexits.h: internal software error
DEFAULT_MAX_SECONDS = 1800


def new_worker_id() -> str:
    """A name for this process, unique over machines and restarts."""
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(4)}"


class Heart(threading.Thread):
    """Refreshes the row of the worker and the heartbeat of its job; gives up a process hung on a job."""

    def __init__(self, worker_id: str):
        super().__init__(name="heart", daemon=True)
        self.worker_id = worker_id
        self._job: tuple[JobRun, float] | None = None
        self._halt = threading.Event()

    def watch(self, run: JobRun | None) -> None:
        """Called by the main thread when it starts (or ends) a job."""
        self._job = None if run is None else (run, time.monotonic())

    def beat(self) -> None:
        """Tell once that the process, and the job it runs, are alive."""
        now = clock.now()
        running = self._job
        row = {"seen_at": now, "job_id": running[0].job_id if running else None}
        if not WorkerBeat.objects.filter(worker_id=self.worker_id).update(**row):
            WorkerBeat.objects.create(
                worker_id=self.worker_id, host=socket.gethostname()[:120], pid=os.getpid(), started_at=now, **row
            )
        if running is not None:
            run, _ = running
            if not run.mine().update(heartbeat_at=now) and self._job is running:
                run.lost = True

    def _hung(self) -> bool:
        running = self._job
        if running is None:
            return False
        run, since = running
        spec = JOBS.get(run.name)
        return time.monotonic() - since > (spec.max_seconds if spec else DEFAULT_MAX_SECONDS)

    def run(self) -> None:
        while not self._halt.wait(settings.JOB_HEARTBEAT_SECONDS):
            if self._hung():
                log.critical("worker.hung", worker=self.worker_id)
                os._exit(EXIT_HUNG)  # a thread cannot be stopped: the process is given up, the job taken again
            try:
                self.beat()
            except Exception:
                log.warning("worker.heartbeat_failed", worker=self.worker_id, exc_info=True)
                connection.close()
        connection.close()

    def stop(self) -> None:
        self._halt.set()
        self.join(timeout=5)


class Worker:
    """Runs what is due until asked to stop. ``interval``: seconds between two looks when there is nothing to do.

    ``grace``: seconds a running job keeps after the stop signal before ``run.check()`` sends it back to the queue.
    ``max_jobs``: stop after that many, so that the supervisor gives back the memory.
    """

    def __init__(self, *, interval: float = 1.0, grace: float = 5.0, max_jobs: int = 0, parent: int = 0):
        self.worker_id = new_worker_id()
        self.interval = interval
        self.grace = grace
        self.max_jobs = max_jobs
        self.parent = parent
        self.heart = Heart(self.worker_id)
        self._stop_at: float | None = None
        self._next_round = 0.0

    # --- stopping ---
    def stop(self, *_: object) -> None:
        """Ask to stop: after the job that runs, or in the middle of a long one once the grace is over."""
        if self._stop_at is None:
            self._stop_at = time.monotonic()

    @property
    def stopping(self) -> bool:
        if self.parent and os.getppid() != self.parent:  # the supervisor is no more: nobody would restart us
            self.stop()
        return self._stop_at is not None

    def must_stop(self) -> bool:
        return self.stopping and time.monotonic() - (self._stop_at or 0) >= self.grace

    # --- working ---
    def run(self) -> None:
        """Work until asked to stop. Survives whatever a job or the database does."""
        log.info("worker.start", worker=self.worker_id, pid=os.getpid())
        execution.process.watch = self.heart.watch
        execution.process.must_stop = self.must_stop
        done, troubles, started = 0, 0, False
        try:
            while not self.stopping and not (self.max_jobs and done >= self.max_jobs):
                try:
                    close_old_connections()
                    if not started:
                        self.heart.beat()
                        self.heart.start()
                        started = True
                    self.look_around()
                    ran = execution.run_next(self.worker_id)
                    troubles = 0
                except Exception as error:
                    troubles += 1
                    pause = min(30.0, 0.5 * 2 ** min(troubles, 6))
                    log.warning("worker.trouble", error=f"{type(error).__name__}: {error}", pause=pause)
                    connection.close()
                    self._sleep(pause)
                    continue
                if ran:
                    done += 1
                elif not self.stopping:
                    time.sleep(self.interval)
        finally:
            if started:
                self.heart.stop()
            execution.process.watch = lambda run: None
            execution.process.must_stop = lambda: False
            self._farewell()

    def look_around(self) -> None:
        """From time to time: jobs whose worker died, the daily schedule."""
        if time.monotonic() < self._next_round:
            return
        execution.sweep()
        enqueue_daily()
        self._next_round = time.monotonic() + max(1.0, min(15.0, settings.JOB_STALE_SECONDS / 4))

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.stopping and time.monotonic() < until:
            time.sleep(min(0.5, seconds))

    def _farewell(self) -> None:
        try:
            WorkerBeat.objects.filter(worker_id=self.worker_id).delete()
        except Exception:
            log.warning("worker.farewell_failed", worker=self.worker_id, exc_info=True)
        connection.close()
        log.info("worker.stop", worker=self.worker_id)


def run_one(make: Callable[[], Worker]) -> None:
    """Run one worker in the present process until SIGTERM or SIGINT."""
    worker = make()
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    worker.run()


class Supervisor:
    """Keeps ``count`` workers running, each in a process of its own; stops them in order on SIGTERM or SIGINT."""

    def __init__(self, make: Callable[[], Worker], count: int = 1):
        self.make = make
        self.count = count
        self.children: dict[int, float] = {}
        self._stopping = False
        self._crashes = 0

    def stop(self, *_: object) -> None:
        self._stopping = True

    def _tell_children(self) -> None:
        for pid in self.children:
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                continue

    def run(self) -> None:
        connections.close_all()  # a connection must not be shared over a fork
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        not_before = tell_at = 0.0
        while True:
            while not self._stopping and len(self.children) < self.count and time.monotonic() >= not_before:
                self._start()
            while self.children and self._reap():
                not_before = time.monotonic() + (min(30.0, 0.5 * 2 ** min(self._crashes, 6)) if self._crashes else 0.0)
            if self._stopping:
                if not self.children:
                    return
                if time.monotonic() >= tell_at:  # again each second: a child may have been born meanwhile
                    self._tell_children()
                    tell_at = time.monotonic() + 1.0
            time.sleep(0.2)

    def _start(self) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                signal.signal(signal.SIGINT, signal.SIG_DFL)

                def make() -> Worker:
                    worker = self.make()
                    worker.parent = parent
                    return worker

                run_one(make)
                status = 0
            except BaseException:
                log.critical("worker.crashed", exc_info=True)
            finally:
                os._exit(status)
        self.children[pid] = time.monotonic()

    def _reap(self) -> bool:
        """Take note of one dead child; False when all live."""
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            self.children.clear()
            return False
        if pid == 0:
            return False
        born = self.children.pop(pid, time.monotonic())
        if status == 0 or time.monotonic() - born > 60:
            self._crashes = 0
        if status != 0:
            self._crashes += 1
            if not self._stopping:
                log.error("worker.died", pid=pid, status=os.waitstatus_to_exitcode(status), crashes=self._crashes)
        return True
