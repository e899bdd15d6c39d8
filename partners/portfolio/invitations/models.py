"""How a consultant enters: invited by a DLA or a C2RA, invited by a colleague, or asking by oneself."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Lower

from accounts.models import Organisation
from core import clock
from partners.portfolio.prestataire.models import Prestataire


def _expiry() -> dt.datetime:
    return clock.now() + dt.timedelta(days=settings.INVITATION_DAYS)


class InvitationPrestataire(models.Model):
    """Valid 14 days; resending gives it 14 more. The link is signed over (pk, version).

    ``organisation`` invites; without it, a person asked by herself (or a colleague invites into ``prestataire``).
    ``prestataire`` is what the invited person joins; without it, she creates or finds hers by its SIRET.
    """

    email = models.EmailField("adresse électronique")
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations_prestataires",
        verbose_name="organisation",
    )
    prestataire = models.ForeignKey(
        Prestataire,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name="prestataire",
    )
    message = models.TextField("message", blank=True, max_length=1000)
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
    version = models.PositiveIntegerField("version", default=1)

    journal_redacted = frozenset({"email"})

    class Meta:
        verbose_name = "invitation d’un prestataire"
        verbose_name_plural = "invitations de prestataires"
        ordering = ["-sent_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                Coalesce("organisation", 0),
                Coalesce("prestataire", 0),
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_prestataire_pending_unique",
                violation_error_message="Une invitation est déjà en attente pour cette adresse.",
            )
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def status(self) -> str:
        """``acceptee``, ``revoquee``, ``expiree`` or ``en_attente``."""
        if self.accepted_at:
            return "acceptee"
        if self.revoked_at:
            return "revoquee"
        return "expiree" if self.expires_at <= clock.now() else "en_attente"
