"""Jobs are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from capitalisation.recits import tasks as recits

__all__ = ["recits"]
