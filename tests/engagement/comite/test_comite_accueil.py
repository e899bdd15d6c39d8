"""What a session of the comité d'appui asks of a person on the home page."""

from __future__ import annotations

import datetime as dt

import pytest

from core.clock import now
from engagement.comite.dashboard import sessions
from engagement.comite.services.seances import add_point, create_seance, perform_seance, update_seance

pytestmark = pytest.mark.django_db


def test_a_session_waits_to_be_convened_then_for_its_opinions(world, clock_at):
    clock_at("2026-11-21 10:00")
    actor = world.actor("pilote")

    def told(who: str = "pilote") -> list[str]:
        return [todo.detail for todo in sessions(world.actor(who))]

    far = create_seance(world.pilote, {"debut": now() + dt.timedelta(days=60), "lieu": "Ici"}, actor=actor)
    assert told() == []
    update_seance(far, {"debut": now() + dt.timedelta(days=12)}, actor=actor)
    assert told() == ["Les membres ne sont pas encore convoqués."]
    assert told("lecture") == told("associe") == told("c2ra") == []
    add_point(far, world.ingenierie, actor=actor)
    clock_at("2026-12-04 10:00")
    assert "La date est passée" in told()[0]
    perform_seance(far, "tenir", actor=actor, expected_state="preparation")
    assert "enregistrez les avis du comité" in told()[0]
