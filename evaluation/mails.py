"""Mails are looked for here (:mod:`core.apps`): this file only leads to those of the rooms."""

from evaluation.grilles import mails as grilles

__all__ = ["grilles"]
