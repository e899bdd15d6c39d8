"""Lifecycles are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from engagement.comite import lifecycle as comite
from engagement.reunions import lifecycle as reunions

__all__ = ["comite", "reunions"]
