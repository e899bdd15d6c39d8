"""What a worker may hold in memory is bounded."""

from __future__ import annotations

import subprocess
import sys

import pytest

from core.actor import Actor
from core.jobs import enqueue
from core.jobs import worker as workers
from core.jobs.worker import Worker, memory_mb
from core.models import Job, JobState
from core.outbox import SEND_JOB


def test_a_process_knows_what_it_holds():
    assert 20 < memory_mb() < 20_000


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("held", "ran"), [(601, 1), (600, 3)])
def test_a_worker_that_holds_too_much_after_a_job_stops_so_that_another_takes_its_place(monkeypatch, held, ran):
    monkeypatch.setattr(workers, "memory_mb", lambda: held)
    for _ in range(3):
        enqueue(SEND_JOB, {"mail": 0}, actor=Actor.system("recette"))
    Worker(interval=0.05, max_jobs=3, max_memory=600).run()
    assert Job.objects.filter(state=JobState.FAIT).count() == ran


def test_a_job_that_asks_for_too_many_addresses_fails_by_itself():
    code = (
        "from core.jobs.worker import limit_addresses\n"
        "limit_addresses(1500)\n"
        "try: bytearray(2 * 2**30)\n"
        "except MemoryError: print('refused')"
    )
    setup = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; django.setup()\n"
    told = subprocess.run([sys.executable, "-c", setup + code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "refused"
