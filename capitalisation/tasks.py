"""Jobs are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from capitalisation.comite import tasks as comite

__all__ = ["comite"]
