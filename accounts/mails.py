"""What the mails of this floor say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import Invitation, User
from accounts.services.invitations import InvitationLink, invitation_token
from core.formats import format_date
from core.outbox import mail_context


@mail_context("accounts/invitation")
def invitation(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The invitation; nothing to say once accepted, revoked, replaced or expired."""
    found = Invitation.objects.select_related("organisation", "invited_by").filter(pk=ids["invitation"]).first()
    if found is None or InvitationLink(found, ids["version"]).status != "en_attente":
        return None
    return {
        "organisation": str(found.organisation),
        "inviter": str(found.invited_by) if found.invited_by else "",
        "role": found.get_role_display(),
        "until": format_date(found.expires_at),
        "url": reverse("accounts:invitation", args=[invitation_token(found)]),
        "reply_to": found.invited_by.email if found.invited_by else None,
    }


@mail_context("accounts/invitation_renouvellement")
def renewal(ids: dict[str, Any]) -> dict[str, Any] | None:
    """Somebody whose link is dead asks for a new one; nothing to say once it was sent again or accepted."""
    found = Invitation.objects.select_related("organisation").filter(pk=ids["invitation"]).first()
    if found is None or found.accepted_at or found.renewal_asked_at is None:
        return None
    return {
        "organisation": str(found.organisation),
        "email": found.email,
        "revoked": found.revoked_at is not None,
        "url": reverse("accounts:organisation", args=[found.organisation_id]),
    }


@mail_context("accounts/compte_ouvert")
def opened(ids: dict[str, Any]) -> dict[str, Any] | None:
    """An account opened by the administration."""
    user = User.objects.filter(pk=ids["user"], is_active=True).first()
    if user is None:
        return None
    return {"email": user.email, "url": reverse("account_request_login_code")}
