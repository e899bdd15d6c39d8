"""Lifecycles are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from consultations.appel import lifecycle as appel
from consultations.cahier import lifecycle as cahier

__all__ = ["appel", "cahier"]
