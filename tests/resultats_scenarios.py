"""What makes the mails of the results leave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.actor import Actor
from core.jobs import enqueue_daily, run_pending
from evaluation.resultats.services import suivi as follow_up
from tests.evaluation.resultats.results import at_finaliser, planned
from tests.portal.moments import placed


def scenarios(Told: type) -> dict[str, Callable[[Any], Any]]:
    """By template; each returns a ``Told``."""

    def follow_up_due(world) -> Any:
        ingenierie = placed(at_finaliser(world.organisation, structures=1), charge_mission=world.inviter)
        row = planned(ingenierie, days=1)
        run_pending()
        world.clock_at("2026-11-22 07:30")
        enqueue_daily()
        run_pending()
        world.clock_at("2026-11-23 07:30")
        enqueue_daily()
        return Told({world.inviter.email}, lambda: follow_up.retirer(row, actor=Actor.system("recette")))

    return {"evaluation/suivi_a_ouvrir": follow_up_due}
