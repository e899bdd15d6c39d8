"""What the mails of an invitation say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.formats import format_date
from core.outbox import mail_context
from partners.portfolio.invitations.models import InvitationPrestataire
from partners.portfolio.invitations.services import Link, invitation_token


@mail_context("portfolio/invitation")
def invitation(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The link to enter; nothing to say once accepted, revoked, replaced or expired."""
    found = (
        InvitationPrestataire.objects.select_related("organisation", "prestataire", "invited_by")
        .filter(pk=ids["invitation"])
        .first()
    )
    if found is None or Link(found, ids["version"]).status != "en_attente":
        return None
    return {
        "organisation": str(found.organisation or ""),
        "prestataire": str(found.prestataire or ""),
        "inviter": str(found.invited_by) if found.invited_by else "",
        "reprise": found.organisation_id is not None and found.prestataire_id is not None,
        "message": found.message,
        "until": format_date(found.expires_at),
        "url": reverse("portfolio:rejoindre", args=[invitation_token(found)]),
        "reply_to": found.invited_by.email if found.invited_by else None,
    }
