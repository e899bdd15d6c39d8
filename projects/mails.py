"""Mails are looked for here (:mod:`core.apps`): this file only leads to those of the room."""

from projects.besoins import mails as besoins
from projects.cycle import mails as cycle

__all__ = ["besoins", "cycle"]
