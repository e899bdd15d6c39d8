"""What the room gives to the floors below: the rights over the files of the guides, its entry of the menu."""

from __future__ import annotations

from django.urls import reverse

from accounts.permissions import is_c2ra
from accounts.services.takeover import unless_there
from consultations.cadre.models import ClausesPermanentes
from consultations.cadre.permissions import viewable_guides, waiting_for_file
from core.menu import MENU, MenuEntry
from core.merging import MOVES
from core.uploads import ATTACHMENT_RIGHTS, AttachmentRights


def register() -> None:
    """Fill the registries; called once by ``ConsultationsConfig.ready``."""
    ATTACHMENT_RIGHTS.register(
        "consultations.guideprestataires",
        AttachmentRights(
            can_view=viewable_guides, can_edit=waiting_for_file, url=lambda guide: reverse("consultations:guides")
        ),
    )
    MOVES.register("consultations.clausespermanentes.organisation", unless_there(ClausesPermanentes))
    MENU.register("guides", MenuEntry("Guide", "journal-text", "consultations:guides", is_c2ra), order=47)
