"""Jobs are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from capitalisation.recherche import tasks as recherche

__all__ = ["recherche"]
