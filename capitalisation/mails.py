"""Mails are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from capitalisation.bibliotheque import mails as bibliotheque
from capitalisation.consentements import mails as consentements
from capitalisation.usages import mails as usages

__all__ = ["bibliotheque", "consentements", "usages"]
