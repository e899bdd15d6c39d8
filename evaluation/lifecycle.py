"""Lifecycles are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from evaluation.questionnaires import lifecycle as questionnaires
from evaluation.synthese import lifecycle as synthese

__all__ = ["questionnaires", "synthese"]
