"""Every day: what visitors wrote is not kept."""

from __future__ import annotations

from core.jobs import JobRun, daily
from partners.portfolio.vitrine.services import erase_messages


@daily("portfolio.messages", at=3, label="Effacement des messages de visiteurs")
def daily_erasing(run: JobRun, *, date: str) -> dict:
    """What visitors wrote is not kept."""
    return {"messages": erase_messages()}
