"""Jobs are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from evaluation.questionnaires import tasks as questionnaires

__all__ = ["questionnaires"]
