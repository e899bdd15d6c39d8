"""The mails of the séances of a mission, for tests/notification_scenarios.py."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from core.jobs import run_pending
from tests.factories import actor_of


def _convened(world: Any) -> Callable[[], Any]:
    """A séance of tomorrow, a partner convened by mail; returns how to cancel it."""
    from missions.seances.services.participants import add_other
    from missions.seances.services.seances import create_seance
    from tests.missions import mission
    from tests.missions.seances import scene

    actor = actor_of(world.inviter)
    convention = mission.signed(mission.to_sign(mission.complete(mission.dossier(world.organisation))))
    mission.settle()
    hours = {"date": dt.date(2026, 11, 22), "heure_debut": dt.time(9), "heure_fin": dt.time(11)}
    made = create_seance(
        convention, {"nature": "collective", "titre": "Atelier", "lieu": "Mairie", **hours}, actor=actor
    )
    told = {"source": "partenaire", "organisme": "Département", "email": "partenaire@example.org"}
    add_other(made, told, actor=actor)
    scene.act(made, "convoquer", actor)
    return lambda: scene.act(made, "annuler", actor, reason="Reportée.")


def scenarios(told: Callable[..., Any]) -> dict[str, Callable[[Any], Any]]:
    """The scenario of each mail; ``told`` says to whom it leaves, and what takes its object away."""

    def convened(world: Any) -> Any:
        return told({"partenaire@example.org"}, _convened(world))

    def cancelled(world: Any) -> Any:
        cancel = _convened(world)
        run_pending()
        cancel()
        return told({"partenaire@example.org"}, lambda: world.clock_at("2026-11-22 09:01"))

    return {"missions/seance_convocation": convened, "missions/seance_annulation": cancelled}
