"""Mails are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from capitalisation.consentements import mails as consentements
from capitalisation.recits import mails as recits

__all__ = ["consentements", "recits"]
