"""Mails are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from consultations.appel import mails as appel
from consultations.choix import mails as choix
from consultations.lecture import mails as lecture
from consultations.propositions import mails as propositions

__all__ = ["appel", "choix", "lecture", "propositions"]
