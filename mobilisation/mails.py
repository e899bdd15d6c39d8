"""Mails are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from mobilisation.prestataires import mails as prestataires
from mobilisation.reponses import mails as reponses

__all__ = ["prestataires", "reponses"]
