"""What the missions give to the dossier, to the menu of a prestataire."""

from __future__ import annotations

from typing import Any

from core.actor import Actor
from core.menu import MENU, MenuEntry
from missions.mission.registry import ETATS
from projects.enums import Etat
from projects.tabs import TABS, Tab


def _alone(actor: Actor) -> bool:
    """Somebody who acts for no organisation: a consultant, or one who will be (asked without any query)."""
    return actor.kind == "user" and actor.organisation is None


def _annotations() -> dict[str, Any]:
    return {name: value for room in ETATS for name, value in room.annotations().items()}


def _badge(values: Any) -> str:
    return next((told for room in ETATS if (told := room.badge(values))), "")


def register() -> None:
    """Fill the registries; called once by ``MissionsConfig.ready``."""
    TABS.register("mission", Tab("Mission", "missions:missions", _annotations, _badge, step=Etat.FINALISER), order=100)
    MENU.register("missions", MenuEntry("Missions", "signpost-split", "mission:missions", _alone), order=17)
