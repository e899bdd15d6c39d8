"""Lifecycles are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from projects.besoins import lifecycle as besoins
from projects.cycle import lifecycle as cycle
from projects.structures_ciblees import lifecycle as structures_ciblees

__all__ = ["besoins", "cycle", "structures_ciblees"]
