"""What the mails of an invitation say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.mails import mailed
from core.formats import format_date
from core.outbox import mail_context
from partners.portfolio.invitations.purposes import REFERENT
from partners.portfolio.invitations.services import prestataire_of


@mail_context("portfolio/invitation")
def invitation(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The link to enter; nothing to say once accepted, revoked, replaced or expired."""
    link = mailed(ids)
    if link is None:
        return None
    grant = link.grant
    return {
        "organisation": str(grant.organisation or ""),
        "prestataire": str(prestataire_of(link) or ""),
        "inviter": str(grant.issued_by or ""),
        "reprise": grant.purpose == REFERENT,
        "message": grant.payload.get("message", ""),
        "until": format_date(grant.expires_at),
        "url": reverse("lien", args=[link.token]),
        "reply_to": grant.issued_by.email if grant.issued_by else None,
    }
