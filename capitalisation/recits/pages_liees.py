"""The pages that this room itself adds to that of a récit."""

from __future__ import annotations

from capitalisation.recits.adresses import adresse
from capitalisation.recits.models import Recit
from capitalisation.recits.registry import PAGES_RECIT, PageRecit
from capitalisation.recits.services.contributions import resume
from core.formats import plural


def _images(recit: Recit) -> str:
    count = recit.images.count()
    return plural(count, "image") if count else ""


def register() -> None:
    """Called once by :func:`capitalisation.recits.providers.register`."""
    PAGES_RECIT.register(
        "contributions",
        PageRecit(
            "Ce que d’autres en écrivent",
            lambda recit, actor: adresse(recit, "recit_contributions") if recit.ingenierie_id is not None else "",
            resume,
        ),
        order=10,
    )
    PAGES_RECIT.register(
        "images", PageRecit("Images", lambda recit, actor: adresse(recit, "recit_images"), _images), order=20
    )
