"""Mails are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from missions.conventions import mails as conventions
from missions.modifications import mails as modifications
from missions.seances import mails as seances
from missions.suivi import mails as suivi

__all__ = ["conventions", "modifications", "seances", "suivi"]
