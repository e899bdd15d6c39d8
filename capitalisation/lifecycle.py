"""Lifecycles are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from capitalisation.transfert import lifecycle as transfert

__all__ = ["transfert"]
