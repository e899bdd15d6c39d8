"""Every day: what is new in the searches that people keep."""

from __future__ import annotations

from capitalisation.recherche.nouveautes import prevenir
from core.actor import Actor
from core.jobs import JobRun, daily


@daily("capitalisation.nouveautes", at=6, label="Recherches gardées : dire ce qu’il y a de nouveau")
def daily_news(run: JobRun, *, date: str) -> dict[str, int]:
    """Owe their mail to those whose searches have something new."""
    return {"courriers": prevenir(actor=Actor.system("recherches gardées"), check=run.check)}
