"""Tasks are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from missions.suivi import tasks as suivi

__all__ = ["suivi"]
