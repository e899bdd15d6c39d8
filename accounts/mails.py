"""What the mails of this floor say, from ids, when they are sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.enums import Role
from accounts.in_charge import reply_address, reply_to_grant, sender_of
from accounts.links import LINK_PURPOSES
from accounts.models import Grant, Membership, Organisation, Passation, User
from accounts.services import erasure
from accounts.services.links import OUVERT, Link, OpenLink, link_token
from accounts.services.passations import still_hers
from core import clock
from core.clock import months_after
from core.formats import format_date
from core.outbox import SEALED, mail_context
from core.sealing import unseal


def _grant(ids: dict[str, Any]) -> tuple[Link, Any] | None:
    """The link of a mail and its object; nothing when either is gone."""
    grant = Grant.objects.select_related("organisation", "issued_by").filter(pk=ids["grant"]).first()
    if grant is None or grant.purpose not in LINK_PURPOSES:
        return None
    link = Link(grant, ids.get("version", grant.version))
    obj = link.purpose.load(grant.object_id)
    return None if obj is None or link.purpose.closed(obj) else (link, obj)


def mailed(ids: dict[str, Any]) -> OpenLink | None:
    """The link of a mail with its object, while it serves; nothing once answered, revoked, replaced or expired."""
    found = _grant(ids)
    if found is None or found[0].status != OUVERT:
        return None
    link, obj = found
    return OpenLink(link.grant, link.version, obj, link_token(link.grant))


@mail_context("accounts/invitation")
def invitation(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The invitation; nothing to say once accepted, revoked, replaced or expired."""
    link = mailed(ids)
    if link is None:
        return None
    grant = link.grant
    return {
        "organisation": str(link.object),
        "inviter": str(sender_of(grant) or ""),
        "role": Role(grant.payload["role"]).label,
        "until": format_date(grant.expires_at),
        "url": reverse("lien", args=[link.token]),
        "reply_to": reply_to_grant(grant),
    }


@mail_context("accounts/effacement")
def erasure_near(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The account goes in a month; nothing once the person came back, joined something, or was told again."""
    found = User.objects.filter(pk=ids["user"], is_active=True, efface_le=None).first()
    told = dt.date.fromisoformat(ids["prevenu_le"])
    if found is None or found.prevenu_le != told or erasure.last_seen(found) >= told:
        return None
    if found.pk not in erasure.unattached([found.pk]):
        return None
    when = max(erasure.due(found), months_after(told, 1))
    return {
        "when": format_date(when),
        "months": settings.PERSONAL_DATA_MONTHS,
        "url": reverse("accounts:donnees"),
    }


@mail_context("accounts/lien")
def personal_link(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A personal link; nothing to say once answered, revoked, replaced, expired, or when nothing is expected."""
    link = mailed(ids)
    if link is None:
        return None
    grant, purpose, obj = link.grant, link.purpose, link.object
    return {
        "about": purpose.subject(obj),
        "reminder": bool(ids.get("rappel")),
        "name": grant.recipient_name,
        "asks": purpose.asks(obj),
        "duration": purpose.duration,
        "until": format_date(grant.expires_at),
        "issuer": str(sender_of(grant) or ""),
        "organisation": str(grant.organisation) if grant.organisation else "",
        "url": reverse("lien", args=[link.token]),
        "attachments": purpose.attachments(obj),
        "reply_to": reply_to_grant(grant),
    }


@mail_context("accounts/lien_demande")
def link_asked(ids: dict[str, Any]) -> dict[str, Any] | None:
    """The holder of a dead link asks for a new one; nothing to say once it was sent again."""
    found = _grant(ids)
    if found is None or found[0].grant.renewal_asked_at is None:
        return None
    link, obj = found
    return {
        "label": link.purpose.label,
        "name": link.grant.recipient_name or link.grant.recipient_email,
        "about": str(obj),
        "url": link.purpose.url(obj),
    }


@mail_context("accounts/compte_ouvert")
def opened(ids: dict[str, Any]) -> dict[str, Any] | None:
    """An account opened by the administration."""
    user = User.objects.filter(pk=ids["user"], is_active=True).first()
    if user is None:
        return None
    return {"email": user.email, "url": reverse("account_request_login_code")}


@mail_context("accounts/passation")
def handed(ids: dict[str, Any]) -> dict[str, Any] | None:
    """What was handed over; nothing to say once seen, or when the person left."""
    found = Passation.objects.select_related("organisation", "from_user").filter(pk=ids["passation"]).first()
    if found is None or not still_hers(found):
        return None
    return {
        "organisation": str(found.organisation),
        "from_user": str(found.from_user or ""),
        "lines": found.lines,
        "count": len(found.lines),
        "url": reverse("accounts:passation", args=[found.pk]),
        "reply_to": reply_address(None, found.organisation),
    }


@mail_context("accounts/organisation_reprise")
def taken_over(ids: dict[str, Any]) -> dict[str, Any] | None:
    """An organisation took over another; nothing to say to who left meanwhile."""
    found = Organisation.objects.in_bulk([ids["gone"], ids["kept"]])
    if len(found) < 2:
        return None
    gone, kept = found[ids["gone"]], found[ids["kept"]]
    if not Membership.objects.active().filter(user=ids["user"], organisation=kept).exists():
        return None
    return {
        "gone": str(gone),
        "organisation": str(kept),
        "url": reverse("accounts:organisation", args=[kept.pk]),
        "reply_to": reply_address(None, kept),
    }


@mail_context("accounts/connexion")
def sign_in_mail(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A mail of sign-in, written beforehand; nothing once it has left, or too late, or for an address nobody has."""
    written = unseal(ids[SEALED]) if SEALED in ids else None
    if written is None or ids.get("personne") or ids["jusqu_a"] < clock.now().timestamp():
        return None
    return written
