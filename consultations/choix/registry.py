"""What the room asks of those above it."""

from __future__ import annotations

from collections.abc import Callable

from consultations.choix.models import ChoixPrestataire
from core.registry import Registry

#: ``(choix)`` → why its retained project does not change any more (a convention was signed on it), or ``""``.
PROJET_FIGE: Registry[Callable[[ChoixPrestataire], str]] = Registry("ce qui fige le projet retenu")
