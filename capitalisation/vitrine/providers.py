"""What this room gives to the floors below: a link for visitors, a part for the engines."""

from __future__ import annotations

from capitalisation.vitrine import selection
from core.engines import OPEN_PARTS, OpenPart
from core.menu import PUBLIC_LINKS, PublicLink


def register() -> None:
    """Fill the registries; called once by ``CapitalisationConfig.ready``."""
    PUBLIC_LINKS.register("bibliotheque", PublicLink("Bibliothèque", "bibliotheque:recherche", selection.any_shown))
    OPEN_PARTS.register(
        "bibliotheque", OpenPart("/bibliotheque/", "bibliotheque:plan", selection.any_shown), order=60
    )
