"""Background jobs are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from evaluation.grilles import tasks as grilles
from evaluation.questionnaires import tasks as questionnaires
from evaluation.resultats import tasks as resultats

__all__ = ["grilles", "questionnaires", "resultats"]
