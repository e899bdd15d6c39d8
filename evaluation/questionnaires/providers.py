"""What the questionnaires give to the floors below."""

from __future__ import annotations


def register() -> None:
    """Fill the registries; called once by ``EvaluationConfig.ready``."""
