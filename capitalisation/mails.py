"""Mails are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from capitalisation.bibliotheque import mails as bibliotheque
from capitalisation.comite import mails as comite
from capitalisation.consentements import mails as consentements
from capitalisation.recherche import mails as recherche
from capitalisation.recits import mails as recits
from capitalisation.usages import mails as usages

__all__ = ["bibliotheque", "comite", "consentements", "recherche", "recits", "usages"]
