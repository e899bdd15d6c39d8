"""What the pages about one resource share."""

from __future__ import annotations

from typing import Any

from capitalisation.bibliotheque.views.base import RessourceMixin


class AboutMixin(RessourceMixin):
    """``anchor``: the part of the page of the resource that one comes back to; ``help_text`` before the form."""

    anchor = ""
    help_text = ""
    template_name = "capitalisation/usages/edit.html"

    def get_success_url(self) -> str:
        return self.address(anchor=self.anchor)

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(**{"ressource": self.ressource, "help_text": self.help_text, **context})
