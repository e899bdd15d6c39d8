"""Every day: the follow-ups whose day has come open by themselves, or who is in charge is told."""

from __future__ import annotations

from core.jobs import JobRun, daily
from evaluation.resultats.services.suivi import du_jour


@daily("evaluation.suivis", at=6, label="Suivis à ouvrir après la fin des ingénieries")
def daily_follow_ups(run: JobRun, *, date: str) -> dict:
    """May run again: opens nothing twice, tells nobody twice."""
    return du_jour()
