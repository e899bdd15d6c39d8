"""What the rules of the régions give to the floors below: an entry of the menu."""

from __future__ import annotations

from accounts.permissions import is_c2ra
from core.menu import MENU, MenuEntry


def register() -> None:
    """Fill the registries; called once by ``ConsultationsConfig.ready``."""
    MENU.register("regles", MenuEntry("Règles", "sliders", "consultations:regles", is_c2ra), order=48)
