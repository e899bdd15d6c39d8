"""What the room gives to the floors below."""

from __future__ import annotations

from engagement.presentation import documents
from projects.tabs import TABS, Tab


def register() -> None:
    """Fill the registries; called once by ``EngagementConfig.ready``."""
    TABS.register("fiche_presentation", Tab("Fiche", "engagement:fiche_presentation"), order=12)
    documents.register()
