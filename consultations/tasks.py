"""Background jobs are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from consultations.choix import tasks as choix

__all__ = ["choix"]
