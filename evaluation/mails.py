"""Mails are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from evaluation.grilles import mails as grilles
from evaluation.resultats import mails as resultats

__all__ = ["grilles", "resultats"]
