"""Background work: what an app needs to declare it, ask for it and show it.

``@job`` declares, ``enqueue`` asks (in the business transaction), ``@daily`` repeats, ``run_pending`` runs what is due
in the present process (tests, ``manage.py worker --once``). The functions live in each app's ``tasks.py``, which is
imported when the application starts.
"""

from core.jobs.execution import GiveUp, JobLost, JobRun, run_pending, sweep, worker_alive
from core.jobs.queue import enqueue, retry_job
from core.jobs.registry import ACTOR_RESOLVER, DAILY, JOB_RESULT_URL, JOBS, daily, job
from core.jobs.schedule import enqueue_daily

__all__ = [
    "ACTOR_RESOLVER",
    "DAILY",
    "JOBS",
    "JOB_RESULT_URL",
    "GiveUp",
    "JobLost",
    "JobRun",
    "daily",
    "enqueue",
    "enqueue_daily",
    "job",
    "retry_job",
    "run_pending",
    "sweep",
    "worker_alive",
]
