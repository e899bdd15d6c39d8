"""What this room gives to the floors below."""

from __future__ import annotations

from capitalisation.bibliotheque.registry import A_LA_DECISION, AVANT_DECISION, LECTEURS_EN_PLUS, PANNEAUX
from capitalisation.comite import dashboard, echeances, lecteurs, liens, panneau, personal
from capitalisation.comite.services import examens
from core.menu import MENU, MenuEntry


def register() -> None:
    """Fill the registries; called once by ``CapitalisationConfig.ready``."""
    AVANT_DECISION.register("comite", examens.avant)
    A_LA_DECISION.register("comite", examens.suite)
    LECTEURS_EN_PLUS.register("comite", lecteurs.examines)
    PANNEAUX.register("comite", panneau.of_ressource, order=20)
    MENU.register(
        "comite_editorial",
        MenuEntry("Comité éditorial", "journal-check", "bibliotheque:comite", lecteurs.has_own),
        order=64,
    )
    dashboard.register()
    echeances.register()
    liens.register()
    personal.register()
