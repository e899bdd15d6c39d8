"""Every day: the fiches that are missing, then the late stages."""

from __future__ import annotations

from core import clock
from core.actor import Actor
from core.jobs import JobRun, daily
from missions.suivi.manquantes import preparer
from missions.suivi.retards import relancer


@daily("missions.etapes_en_retard", at=6, label="Étapes de mission en retard : relancer, puis signaler")
def late_stages(run: JobRun, *, date: str) -> dict[str, int]:
    """Make the missing fiches, remind the prestataires, then tell the chargés de mission; may run again, tells nothing
    twice."""
    preparees = preparer(actor=Actor.system("fiches de suivi manquantes"), check=run.check)
    relancees, signalees = relancer(clock.today(), actor=Actor.system("étapes en retard"), check=run.check)
    return {"preparees": preparees, "relancees": relancees, "signalees": signalees}
