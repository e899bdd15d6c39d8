"""Mails are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from missions.conventions import mails as conventions

__all__ = ["conventions"]
