"""Every night: the names of those who answered long ago are erased."""

from __future__ import annotations

from django.conf import settings

from core.jobs import JobRun, daily
from evaluation.questionnaires.personal import erase_old


@daily("evaluation.conservation", at=3, label="Noms de ceux qui ont répondu : effacer ceux dont le terme est venu")
def forget_names(run: JobRun, *, date: str) -> dict:
    """Erase the names whose term has come; answers stay."""
    return {"effacees": erase_old(settings.PERSONAL_DATA_MONTHS)}
