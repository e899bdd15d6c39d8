"""Every day: who was asked to write a part of a récit and said nothing is reminded, once."""

from __future__ import annotations

from capitalisation.recits.services.contributions import relancer
from core.actor import Actor
from core.jobs import JobRun, daily


@daily("capitalisation.contributions_rappels", at=6, label="Rappels des contributions demandées pour un récit")
def reminders(run: JobRun, *, date: str) -> dict[str, int]:
    """May run again: what was reminded is dated."""
    return {"rappels": relancer(actor=Actor.system("rappels des contributions"), check=run.check)}
