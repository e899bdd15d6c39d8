"""Lifecycles are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from partners.portfolio.fiche import lifecycle as fiche
from partners.portfolio.publication import lifecycle as publication

__all__ = ["fiche", "publication"]
