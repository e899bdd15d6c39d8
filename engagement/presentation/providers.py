"""What the room gives to the floors below."""

from __future__ import annotations

from engagement.presentation import documents, papiers
from projects.enums import Etat
from projects.papiers import PAPERS
from projects.tabs import TABS, Tab


def register() -> None:
    """Fill the registries; called once by ``EngagementConfig.ready``."""
    TABS.register("fiche_presentation", Tab("Fiche", "engagement:fiche_presentation", step=Etat.ENGAGER), order=62)
    documents.register()
    PAPERS.register("fiche_presentation", papiers.sheet, order=62)
