"""The last séance of a mission gives the address where the room answers."""

from __future__ import annotations

import datetime as dt

from core import clock
from evaluation.questionnaires.seance import on_sheet
from missions.seances.services.seances import create_seance
from tests.evaluation.world import SYSTEM, opened


def seance(world, days: int):
    told = {
        "nature": "collective",
        "titre": f"Séance {days}",
        "lieu": "Mairie",
        "date": clock.today() + dt.timedelta(days=days),
        "heure_debut": dt.time(9),
        "heure_fin": dt.time(12),
    }
    return create_seance(world.convention, told, actor=SYSTEM)


def test_the_sheet_of_the_last_seance_gives_the_address_of_the_room(world):
    first, last = seance(world, 3), seance(world, 30)
    assert on_sheet(last) is None
    q = opened(world)
    block = on_sheet(last)
    assert block is not None and block.url.endswith(f"/evaluation/{q.salle_cle}/") and q.titre in block.texte
    assert on_sheet(first) is None
