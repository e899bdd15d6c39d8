"""Real worker processes, killed in the middle: nothing is lost, and a killed worker sends at most one mail twice."""

from __future__ import annotations

import asyncio
import email
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from email import policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.db import connection

from core import outbox
from core.actor import Actor
from core.jobs import JOBS, enqueue, worker_alive
from core.models import Job, JobState, Lane, MailState, OutboxMail, ScheduledRun, WorkerBeat

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parent.parent.parent
SYSTEM = Actor.system("essai")


class Sink:
    """A mail server that keeps what it accepts, and answers a moment after."""

    def __init__(self) -> None:
        self.received: list[str] = []
        self.subjects: list[str] = []

    async def handle_DATA(self, server, session, envelope) -> str:
        message = email.message_from_bytes(envelope.content, policy=policy.default)
        self.received.append(message["Message-ID"].strip())
        self.subjects.append(message["Subject"])
        await asyncio.sleep(0.15)
        return "250 OK"


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


@pytest.fixture
def start(sink) -> Iterator[Callable[..., subprocess.Popen]]:
    """``start("--single")``: a worker process on the database of the test."""
    started: list[subprocess.Popen] = []

    def run(*arguments: str) -> subprocess.Popen:
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.core.process_settings",
            "ESSAI_DATABASE": str(connection.settings_dict["NAME"]),
            "ESSAI_SMTP_PORT": str(sink[1]),
            "JOB_HEARTBEAT_SECONDS": "1",
            "JOB_STALE_SECONDS": "4",
            "JOB_BACKOFF_SECONDS": "1",
        }
        command = [sys.executable, "manage.py", "worker", "--interval", "0.1", "--grace", "0", *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
    _wait_for_orphans([process.pid for process in started])


def _wait_for_orphans(groups: list[int]) -> None:
    """The children of a killed supervisor stop by themselves; the database is only flushed once they are gone."""
    for group in groups:
        for _ in range(100):
            try:
                os.killpg(group, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                break
            time.sleep(0.1)


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("attente trop longue")


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []


@pytest.mark.sqlite
def test_kill_9_in_the_middle_of_the_mails_loses_none_and_sends_at_most_one_twice(sink, start):
    mails = [
        outbox.queue_mail("essai/nouvelle", to=f"personne{n}@example.org", context={"n": n}, actor=SYSTEM)
        for n in range(12)
    ]
    first = start("--single")
    wait_for(lambda: len(sink[0].received) >= 4)
    first.kill()  # the server has accepted a mail whose row is not yet marked
    first.wait(10)
    assert OutboxMail.objects.filter(state=MailState.EN_ATTENTE).exists()
    start("--single")
    wait_for(lambda: not OutboxMail.objects.exclude(state=MailState.ENVOYE).exists())
    counts = Counter(sink[0].received)
    assert set(counts) == {mail.message_id for mail in mails}
    assert sorted(counts.values())[:-1] == [1] * 11
    assert max(counts.values()) <= 2
    # The mail is marked sent a moment before the job that sent it says it is done.
    wait_for(lambda: not Job.objects.filter(name=outbox.SEND_JOB).exclude(state=JobState.FAIT).exists())


def test_kill_9_in_the_middle_of_a_job_gives_it_to_another_worker(start, tmp_path):
    path = tmp_path / "trace"
    asked = enqueue("essai.long", {"path": str(path), "seconds": 2}, actor=SYSTEM)
    first = start("--single")
    wait_for(lambda: len(lines(path)) == 1)
    first.kill()
    first.wait(10)
    start("--single")
    wait_for(lambda: Job.objects.get(pk=asked.pk).is_finished)
    asked.refresh_from_db()
    assert (asked.state, asked.attempts, asked.result) == (JobState.FAIT, 2, {"attempt": 2})
    assert [line.split()[0] for line in lines(path)] == ["debut", "debut", "fin"]


def test_the_supervisor_replaces_a_worker_that_dies(start, tmp_path):
    path = tmp_path / "trace"
    supervisor = start()
    wait_for(worker_alive)
    victim = WorkerBeat.objects.get(lane=Lane.TRAVAUX)
    assert victim.pid != supervisor.pid
    os.kill(victim.pid, signal.SIGKILL)
    wait_for(lambda: WorkerBeat.objects.filter(lane=Lane.TRAVAUX).exclude(pid=victim.pid).exists())
    enqueue("essai.bref", {"path": str(path)}, actor=SYSTEM)
    wait_for(lambda: len(lines(path)) == 1)
    assert supervisor.poll() is None
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(20) == 0


@pytest.mark.parametrize("lane", Lane)
def test_a_lane_goes_on_while_the_worker_of_another_dies_again_and_again(start, sink, tmp_path, lane):
    """Its worker is the same before and after: the supervisor was busy with the other lane only."""
    path = tmp_path / "trace"
    start()
    wait_for(worker_alive)
    survivor = WorkerBeat.objects.exclude(lane=lane).get()
    for _ in range(3):
        victim = WorkerBeat.objects.get(lane=lane)
        os.kill(victim.pid, signal.SIGKILL)
        if lane == Lane.TRAVAUX:
            outbox.queue_mail("essai/nouvelle", to="a@example.org", context={}, actor=SYSTEM)
        else:
            enqueue("essai.bref", {"path": str(path)}, actor=SYSTEM)
        wait_for(lambda: not Job.objects.exclude(state=JobState.FAIT).exclude(name="essai.chaque_jour").exists())
        wait_for(lambda victim=victim: WorkerBeat.objects.filter(lane=lane).exclude(pid=victim.pid).exists())
        WorkerBeat.objects.filter(pid=victim.pid).delete()
    assert WorkerBeat.objects.exclude(lane=lane).get() == survivor


def test_a_long_document_does_not_hold_a_mail(start, sink, tmp_path):
    path = tmp_path / "trace"
    document = enqueue("essai.long", {"path": str(path), "seconds": 60}, actor=SYSTEM)
    start()
    wait_for(lambda: len(lines(path)) == 1)
    mail = outbox.queue_mail("essai/nouvelle", to="a@example.org", context={}, actor=SYSTEM)
    wait_for(lambda: OutboxMail.objects.get(pk=mail.pk).state == MailState.ENVOYE, 50)
    assert Job.objects.get(pk=document.pk).state == JobState.EN_COURS


def test_the_workers_stop_when_their_supervisor_is_killed(start):
    supervisor = start()
    wait_for(worker_alive)
    supervisor.kill()
    supervisor.wait(10)
    wait_for(lambda: not WorkerBeat.objects.exists())
    assert not worker_alive()


def test_sigterm_sends_a_long_job_back_to_the_queue_at_once(start, tmp_path):
    path = tmp_path / "trace"
    asked = enqueue("essai.long", {"path": str(path), "seconds": 30}, actor=SYSTEM)
    worker = start("--single")
    wait_for(lambda: Job.objects.get(pk=asked.pk).progress_done > 0)
    worker.terminate()
    assert worker.wait(15) == 0
    asked.refresh_from_db()
    assert (asked.state, asked.attempts) == (JobState.EN_ATTENTE, 0)
    assert not WorkerBeat.objects.exists()


def test_a_hung_job_costs_its_process_and_is_tried_again(start, tmp_path):
    path = tmp_path / "trace"
    asked = enqueue("essai.fige", {"path": str(path)}, actor=SYSTEM)
    start()
    wait_for(lambda: Job.objects.get(pk=asked.pk).is_finished)
    asked.refresh_from_db()
    assert asked.state == JobState.FAIT
    assert lines(path) == ["essai 1", "essai 2"]


def test_two_workers_share_the_jobs_and_run_each_once(start, tmp_path):
    path = tmp_path / "trace"
    for _ in range(30):
        enqueue("essai.bref", {"path": str(path)}, actor=SYSTEM)
    start("--processes", "2")
    wait_for(lambda: not Job.objects.filter(name="essai.bref").exclude(state=JobState.FAIT).exists())
    assert len(lines(path)) == 30
    assert not Job.objects.filter(name="essai.bref").exclude(attempts=1).exists()


def cut_the_others() -> bool:
    """Cut every other connection to this database; whether there was one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return bool(cursor.fetchall())


@pytest.mark.sqlite
def test_a_worker_survives_a_database_that_goes_away_or_stays_locked(start, tmp_path):
    path = tmp_path / "trace"
    worker = start("--single")
    wait_for(worker_alive)
    if connection.vendor == "postgresql":
        wait_for(cut_the_others)  # between two looks a worker holds no connection
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN EXCLUSIVE")
            time.sleep(3)
            cursor.execute("ROLLBACK")
    enqueue("essai.bref", {"path": str(path)}, actor=SYSTEM)
    wait_for(lambda: len(lines(path)) == 1)
    assert worker.poll() is None


def test_two_workers_enqueue_a_daily_job_once(start):
    start("--processes", "2")
    wait_for(lambda: WorkerBeat.objects.count() == 4)  # two for each lane
    wait_for(lambda: Job.objects.filter(name="essai.chaque_jour", state=JobState.FAIT).exists())
    time.sleep(2.5)  # each has looked at the schedule again
    assert ScheduledRun.objects.filter(name="essai.chaque_jour").count() == 1
    assert Job.objects.filter(name="essai.chaque_jour").count() == 1


def test_many_threads_enqueue_a_daily_job_once(clock_at):
    """Two workers that look at the same instant: the unique row decides."""
    from core.jobs import daily, enqueue_daily

    daily("essai.quotidien", at=5, label="Essai quotidien")(lambda run, date: None)
    clock_at("2026-11-21 12:00")
    gate = threading.Barrier(4)
    won, broken = [], []

    def race() -> None:
        try:
            gate.wait()
            won.extend(name for name in enqueue_daily() if name == "essai.quotidien")
        except Exception as error:
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    assert won == ["essai.quotidien"]
    assert Job.objects.filter(name="essai.quotidien").count() == 1
    assert "essai.quotidien" in JOBS
