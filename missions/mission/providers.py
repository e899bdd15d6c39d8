"""What the missions give to the dossier, to the menu of a prestataire."""

from __future__ import annotations

from core.actor import Actor
from core.menu import MENU, MenuEntry
from projects.enums import Etat
from projects.tabs import TABS, Tab


def _alone(actor: Actor) -> bool:
    """Somebody who acts for no organisation: a consultant, or one who will be (asked without any query)."""
    return actor.kind == "user" and actor.organisation is None


def register() -> None:
    """Fill the registries; called once by ``MissionsConfig.ready``."""
    TABS.register("mission", Tab("Mission", "missions:missions", step=Etat.FINALISER), order=100)
    MENU.register("missions", MenuEntry("Missions", "signpost-split", "mission:missions", _alone), order=17)
