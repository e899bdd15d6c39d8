"""The page of a personal link: answer, leave, come back, send."""

from __future__ import annotations

from typing import Any

from accounts.views.links import LinkView, page_url, told
from evaluation.questionnaires.models import Repondant
from evaluation.questionnaires.views.repondre import RepondreMixin


class RepondreParLien(LinkView, RepondreMixin):
    """What somebody without account is asked."""

    template_name = "evaluation/questionnaires/lien.html"

    def get_object(self) -> Repondant:
        return self.link.object

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(**{"lien": told(self.link), **context})

    def get_success_message(self) -> str:
        if self.sending:
            return "Merci, votre réponse est envoyée."
        return "C’est enregistré, pas encore envoyé : revenez par le même lien quand vous voudrez."

    def get_success_url(self) -> str:
        return page_url(self.link.token)
