"""The background work of imports."""

from __future__ import annotations

from django.urls import reverse

from core.imports import services
from core.jobs import JobRun, daily, job


@job(services.CHECK_JOB, label="Vérification d’un import", max_attempts=3)
def check_import(run: JobRun, *, source: int) -> dict[str, str]:
    """Check the lines of an import."""
    services.check_lines(run, services.give_up_if_gone(source))
    return {"url": reverse("core:import_detail", args=[source])}


@job(services.WRITE_JOB, label="Import", max_attempts=10)
def write_import(run: JobRun, *, source: int) -> dict[str, str]:
    """Write the good lines of an import."""
    services.write_lines(run, services.give_up_if_gone(source))
    return {"url": reverse("core:import_detail", args=[source])}


@daily("core.menage_imports", at=4, label="Ménage des imports")
def prune(run: JobRun, *, date: str) -> dict[str, int]:
    """Delete the lines of old imports."""
    return {"imports": services.prune_imports(check=run.check)}
