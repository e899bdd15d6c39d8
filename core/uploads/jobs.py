"""The daily housekeeping of files."""

from __future__ import annotations

from core.jobs import JobRun, daily
from core.uploads.services import purge


@daily("core.menage_fichiers", at=4, label="Ménage des fichiers")
def purge_files(run: JobRun, *, date: str) -> dict[str, int]:
    """Delete the files that nobody can reach any more."""
    return purge(check=run.check)
