"""What the mails of a visitor say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.outbox import mail_context
from partners.portfolio.vitrine.models import MessagePublic
from partners.portfolio.vitrine.services import JOURS_GARDES


@mail_context("portfolio/message")
def visitor_wrote(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A visitor of the public pages writes; nothing once the message was erased. The answer goes to the visitor."""
    found = MessagePublic.objects.select_related("prestataire").filter(pk=ids["message"]).first()
    if found is None:
        return None
    return {
        "prestataire": str(found.prestataire),
        "name": found.nom,
        "email": found.email,
        "message": found.texte,
        "days": JOURS_GARDES,
        "reply_to": found.email,
        "url": reverse("portfolio:espace_prestataire", args=[found.prestataire_id]),
    }
