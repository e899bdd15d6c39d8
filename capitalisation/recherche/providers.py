"""What this room gives to the floors below."""

from __future__ import annotations

from typing import Any


def _index_search(sender: Any, using: str = "default", **kwargs: Any) -> None:
    from capitalisation.bibliotheque.models import Ressource
    from core.search import ensure_trigram_index

    ensure_trigram_index(Ressource, using=using)


def register() -> None:
    """Fill the registries; called once by ``CapitalisationConfig.ready``."""
    from django.apps import apps
    from django.db.models.signals import post_migrate

    from capitalisation.bibliotheque.registry import A_L_INDEXATION
    from capitalisation.recherche import aides, existe, personal
    from capitalisation.recherche.indexation import indexer
    from core.menu import MENU, MenuEntry

    A_L_INDEXATION.register("recherche", indexer)
    post_migrate.connect(
        _index_search, sender=apps.get_app_config("capitalisation"), dispatch_uid="capitalisation.search_index"
    )
    MENU.register(
        "bibliotheque",
        MenuEntry("Bibliothèque", "book", "bibliotheque:recherche", lambda actor: actor.kind == "user"),
        order=46,
    )
    personal.register()
    aides.register()
    existe.register()
