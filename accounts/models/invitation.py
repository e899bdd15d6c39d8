"""An invitation by mail to join an organisation."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from accounts.enums import Role
from core import clock


def _expiry() -> dt.datetime:
    return clock.now() + dt.timedelta(days=settings.INVITATION_DAYS)


class Invitation(models.Model):
    """Valid 14 days; resending gives it 14 more; accepted or revoked, its link explains itself.

    The link is signed over (pk, version): revoking or resending is one row.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="invitations", verbose_name="organisation"
    )
    email = models.EmailField("adresse électronique")
    role = models.CharField("rôle", max_length=16, choices=Role.choices, default=Role.CHARGE_MISSION)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="invité par"
    )
    created_at = models.DateTimeField("créée le", default=clock.now)
    sent_at = models.DateTimeField("envoyée le", default=clock.now)
    expires_at = models.DateTimeField("expire le", default=_expiry)
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="acceptée par",
    )
    revoked_at = models.DateTimeField("révoquée le", null=True, blank=True)
    renewal_asked_at = models.DateTimeField("nouveau lien demandé le", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    class Meta:
        verbose_name = "invitation"
        ordering = ["-sent_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "organisation",
                condition=models.Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_pending_unique",
                violation_error_message="Une invitation est déjà en attente pour cette adresse.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.organisation}"

    @property
    def status(self) -> str:
        """``acceptee``, ``revoquee``, ``expiree`` or ``en_attente``."""
        if self.accepted_at:
            return "acceptee"
        if self.revoked_at:
            return "revoquee"
        return "expiree" if self.expires_at <= clock.now() else "en_attente"
