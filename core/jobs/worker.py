"""The worker process: a loop that never gives up, its heart, and the supervisor that starts it again.

``Supervisor`` forks a worker for each lane and replaces those that die. ``Worker`` runs what is due in its lane, one
job at a time: a process each, so that neither a long job nor a dead worker holds what waits in another lane.
``Heart`` is a thread with its own connection that tells the process and its job are alive.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

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

    def __init__(self, worker_id: str, lane: str = ""):
        super().__init__(name="heart", daemon=True)
        self.worker_id = worker_id
        self.lane = lane
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
                worker_id=self.worker_id,
                lane=self.lane,
                host=socket.gethostname()[:120],
                pid=os.getpid(),
                started_at=now,
                **row,
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


def memory_mb() -> int:
    """What this process holds in memory now, in MB; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def limit_addresses(megabytes: int) -> None:
    """From now on this process is refused more than ``megabytes`` of addresses: a job that asks for more fails by
    itself (``MemoryError``), rather than the machine choosing which process to kill. 0: no limit."""
    if megabytes:
        import resource  # where there is no fork there is none

        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, resource.getrlimit(resource.RLIMIT_AS)[1]))


class Worker:
    """Runs what is due in ``lane`` (in all, by default) until asked to stop.

    ``interval``: seconds between two looks when there is nothing to do.

    ``grace``: seconds a running job keeps after the stop signal before ``run.check()`` sends it back to the queue.
    ``max_jobs``, ``max_memory``: stop after that many jobs, or once a job leaves more than that many MB behind it, so
    that the supervisor gives back the memory (0: never).
    """

    def __init__(
        self,
        *,
        lane: str = "",
        interval: float = 1.0,
        grace: float = 5.0,
        max_jobs: int = 0,
        max_memory: int = 0,
        parent: int = 0,
    ):
        self.worker_id = new_worker_id()
        self.lane = lane
        self.interval = interval
        self.grace = grace
        self.max_jobs = max_jobs
        self.max_memory = max_memory
        self.parent = parent
        self.heart = Heart(self.worker_id, lane)
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
        log.info("worker.start", worker=self.worker_id, lane=self.lane, pid=os.getpid())
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
                    ran = execution.run_next(self.worker_id, self.lane)
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
                    if self.max_memory and (held := memory_mb()) > self.max_memory:
                        log.info("worker.renewed", worker=self.worker_id, memory_mb=held)
                        break
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


def run_one(worker: Worker) -> None:
    """Run ``worker`` in the present process until SIGTERM or SIGINT."""
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    worker.run()


@dataclass
class Post:
    """A place to hold for a worker of ``lane``, and who holds it: ``pid`` is 0 when nobody does."""

    lane: str
    pid: int = 0
    born: float = 0.0
    crashes: int = 0
    not_before: float = 0.0


class Supervisor:
    """Keeps a worker at each post, in a process of its own; stops them in order on SIGTERM or SIGINT.

    ``make(lane)`` makes a worker. One that dies at once is replaced later and later, up to half a minute; the other
    posts know nothing of it.
    """

    def __init__(self, make: Callable[[str], Worker], lanes: Iterable[str]):
        self.make = make
        self.posts = [Post(lane) for lane in lanes]
        self._stopping = False

    def stop(self, *_: object) -> None:
        self._stopping = True

    def run(self) -> None:
        connections.close_all()  # a connection must not be shared over a fork
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        tell_at = 0.0
        while True:
            while self._reap():
                pass
            if not self._stopping:
                for post in self.posts:
                    if not post.pid and time.monotonic() >= post.not_before:
                        self._start(post)
            elif not any(post.pid for post in self.posts):
                return
            elif time.monotonic() >= tell_at:  # again each second: a child may have been born meanwhile
                self._tell_children()
                tell_at = time.monotonic() + 1.0
            time.sleep(0.2)

    def _tell_children(self) -> None:
        for post in self.posts:
            if post.pid:
                with suppress(ProcessLookupError):
                    os.kill(post.pid, signal.SIGTERM)

    def _start(self, post: Post) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                worker = self.make(post.lane)
                worker.parent = parent
                limit_addresses(settings.JOB_ADDRESS_LIMIT_MB)
                run_one(worker)
                status = 0
            except BaseException:
                log.critical("worker.crashed", lane=post.lane, exc_info=True)
            finally:
                os._exit(status)
        post.pid, post.born = pid, time.monotonic()

    def _reap(self) -> bool:
        """Take note of one dead child; False when all live."""
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        post = next((post for post in self.posts if post.pid == pid), None) if pid else None
        if post is None:
            return pid != 0
        now = time.monotonic()
        post.pid = 0
        if status == 0 or now - post.born > 60:
            post.crashes = 0
        if status != 0:
            post.crashes += 1
            if not self._stopping:
                code = os.waitstatus_to_exitcode(status)
                log.error("worker.died", lane=post.lane, pid=pid, status=code, crashes=post.crashes)
        post.not_before = now + (min(30.0, 0.5 * 2 ** min(post.crashes, 6)) if post.crashes else 0.0)
        return True
