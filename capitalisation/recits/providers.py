"""What this room gives to the floors below."""

from __future__ import annotations


def register() -> None:
    """Fill the registries; called once by ``CapitalisationConfig.ready``."""
