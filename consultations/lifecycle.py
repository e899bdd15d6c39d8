"""Lifecycles are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from consultations.cahier import lifecycle as cahier

__all__ = ["cahier"]
