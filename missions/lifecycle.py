"""Lifecycles are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from missions.conventions import lifecycle as conventions
from missions.modifications import lifecycle as modifications
from missions.seances import lifecycle as seances

__all__ = ["conventions", "modifications", "seances"]
