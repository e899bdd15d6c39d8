"""``manage.py worker``: runs the background work."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from core.jobs import enqueue_daily, run_pending, sweep
from core.jobs.worker import Supervisor, Worker, run_one
from core.models import Lane


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # checked at release; a worker that restarts does it at once
    help = (
        "Exécute les tâches d’arrière-plan (courriers, documents, imports, programme quotidien). Le processus "
        "principal surveille ceux qui travaillent, au moins un par file pour que les courriers n’attendent rien "
        "d’autre, et les remplace s’ils meurent ; SIGTERM les arrête proprement."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--processes", type=int, default=1, help="nombre de processus par file (1)")
        parser.add_argument("--interval", type=float, default=1.0, help="secondes entre deux regards à vide (1)")
        parser.add_argument(
            "--grace", type=float, default=5.0, help="secondes laissées à une tâche longue à l’arrêt (5)"
        )
        parser.add_argument("--max-jobs", type=int, default=500, help="tâches avant de renouveler un processus (500)")
        parser.add_argument(
            "--single", action="store_true", help="sert toutes les files dans ce seul processus, sans surveillance"
        )
        parser.add_argument("--once", action="store_true", help="exécute tout ce qui est dû, puis s’arrête")

    def handle(self, *args, **options) -> None:
        if options["once"]:
            sweep()
            enqueue_daily()
            self.stdout.write(f"{run_pending(limit=100_000)} tâche(s) exécutée(s).")
            return

        single = options["single"] or not hasattr(os, "fork")

        def make(lane: str) -> Worker:
            # Without a supervisor nobody starts the process again: it does not renew itself.
            max_jobs = 0 if single else max(0, options["max_jobs"])
            return Worker(
                lane=lane,
                interval=max(0.05, options["interval"]),
                grace=options["grace"],
                max_jobs=max_jobs,
                max_memory=0 if single else settings.JOB_MEMORY_MB,
            )

        if single:
            run_one(make(lane=""))
        else:
            Supervisor(make, Lane.values * max(1, options["processes"])).run()
