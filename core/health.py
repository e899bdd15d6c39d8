"""For the one who runs the application: is the process alive, is it ready to serve? Asked by a machine, by address."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse

from core.jobs import worker_alive

_NOT_KEPT = {"Cache-Control": "no-store"}


def alive() -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"}, headers=_NOT_KEPT)


def ready() -> JsonResponse:
    """Database reachable, migrations applied, worker alive: 200, else 503; each check is named."""
    checks: dict[str, bool] = {"database": False, "migrations": False, "worker": False}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        checks["database"] = True
        executor = MigrationExecutor(connection)
        checks["migrations"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        checks["worker"] = worker_alive()
    except DatabaseError:
        pass
    said, status = ("ok", 200) if all(checks.values()) else ("not ready", 503)
    return JsonResponse({"status": said, "checks": checks}, status=status, headers=_NOT_KEPT)


#: What :class:`core.middleware.HealthMiddleware` answers, by path.
PROBES: dict[str, Callable[[], JsonResponse]] = {"/healthz": alive, "/readyz": ready}
