"""What the mails of an invitation say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.in_charge import reply_to_grant, sender_of
from accounts.mails import mailed
from accounts.models import User
from accounts.services import OpenLink
from core.formats import format_date
from core.outbox import mail_context
from partners.portfolio.invitations.purposes import COLLEGUE, REFERENT
from partners.portfolio.invitations.services import prestataire_of
from partners.portfolio.prestataire.enums import RoleMembre
from partners.portfolio.prestataire.models import Membre


def _sender(link: OpenLink) -> User | None:
    """Who invites, or who answers for it now that she left: the prestataire's référent, a responsable."""
    if link.grant.purpose != COLLEGUE:
        return sender_of(link.grant)
    people = Membre.objects.active().filter(prestataire=link.object).select_related("user").order_by("pk")
    still = people.filter(user=link.grant.issued_by_id).first()
    found = still or people.filter(role=RoleMembre.REFERENT).first()
    return found.user if found else None


@mail_context("portfolio/invitation")
def invitation(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The link to enter; nothing to say once accepted, revoked, replaced or expired."""
    link = mailed(ids)
    if link is None:
        return None
    grant = link.grant
    sender = _sender(link)
    return {
        "organisation": str(grant.organisation or ""),
        "prestataire": str(prestataire_of(link) or ""),
        "inviter": str(sender or ""),
        "reprise": grant.purpose == REFERENT,
        "message": grant.payload.get("message", ""),
        "until": format_date(grant.expires_at),
        "url": reverse("lien", args=[link.token]),
        "reply_to": sender.email if sender else reply_to_grant(grant),
    }
