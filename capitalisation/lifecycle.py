"""Lifecycles are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from capitalisation.bibliotheque import lifecycle as bibliotheque
from capitalisation.recits import lifecycle as recits
from capitalisation.transfert import lifecycle as transfert

__all__ = ["bibliotheque", "recits", "transfert"]
