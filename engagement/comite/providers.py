"""What the room gives to the floors below."""

from __future__ import annotations

from core.menu import MENU, MenuEntry
from engagement.comite import dashboard, documents, echeances, liens, papiers
from projects.papiers import PAPERS


def register() -> None:
    """Fill the registries; called once by ``EngagementConfig.ready``."""
    MENU.register(
        "comite_appui",
        MenuEntry(
            "Comité d’appui",
            "people",
            "comite:liste",
            lambda actor: actor.organisation is not None and actor.organisation.is_dla,
        ),
        order=50,
    )
    dashboard.register()
    documents.register()
    echeances.register()
    liens.register()
    PAPERS.register("comite", papiers.of_comites, order=58)
