"""The personal link that this floor asks something by: an invitation to join an organisation."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse

from accounts import permissions
from accounts.links import LINK_PURPOSES, LinkPurpose
from accounts.models import Organisation
from accounts.services.invitations import INVITATION
from accounts.views.invitation import Invitation


def register() -> None:
    """Called once by ``AccountsConfig.ready``."""
    LINK_PURPOSES.register(
        INVITATION,
        LinkPurpose(
            label="Invitation",
            model="accounts.organisation",
            subject=lambda organisation: f"Invitation à rejoindre {organisation}",
            asks=lambda organisation: f"{organisation} vous invite à la rejoindre.",
            duration="deux minutes",
            thanks="",
            url=lambda organisation: reverse("accounts:organisation", args=[organisation.pk]),
            reads=lambda actor, organisation: Organisation.objects.visible_to(actor).contains(organisation),
            refusal=lambda actor, organisation: permissions.manage_refusal(actor, organisation) or None,
            pages={"": Invitation.as_view()},
            lifetime=dt.timedelta(days=settings.INVITATION_DAYS),
            closed=lambda organisation: "" if organisation.is_active else "Cette organisation est fermée.",
            mail="accounts/invitation",
            verbs="invitation",
            issuer=lambda actor, organisation: organisation,
            invites=True,
        ),
    )
