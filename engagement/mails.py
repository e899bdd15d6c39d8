"""Mails are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from engagement.comite import mails as comite
from engagement.partenaires import mails as partenaires
from engagement.reunions import mails as reunions

__all__ = ["comite", "partenaires", "reunions"]
