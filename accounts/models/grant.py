"""A personal link: what somebody without account may do, on one object, until when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models.membership import Membership
from core import clock


class GrantQuerySet(models.QuerySet):
    """Links, by what they open."""

    def of(self, obj: models.Model, purpose: str | None = None):
        """Those of ``obj``, of one purpose or of all."""
        found = self.filter(object_type=obj._meta.label_lower, object_id=obj.pk)
        return found if purpose is None else found.filter(purpose=purpose)


class Grant(models.Model):
    """One purpose, one object, one recipient: a second sending to the same address goes back to this row.

    The link is signed over (pk, version): it stays the same in a reminder, revoking is one row, and a new version makes
    the former link say that it was replaced. Ids are plain: the link of an object that is gone explains itself.
    ``expires_at`` is empty for what lasts until it is revoked. An invitation knows an address and no name yet, and says
    in ``payload`` what it offers (a role).
    """

    purpose = models.CharField("usage", max_length=60)
    object_type = models.CharField("type d’objet", max_length=80)
    object_id = models.BigIntegerField("identifiant de l’objet")
    object_label = models.CharField("objet", max_length=255)
    scope_type = models.CharField("type de dossier", max_length=80, blank=True)
    scope_id = models.BigIntegerField("identifiant du dossier", null=True, blank=True)
    payload = models.JSONField("ce que porte le lien", default=dict, blank=True)
    recipient_name = models.CharField("destinataire", max_length=120, blank=True)
    recipient_email = models.EmailField("adresse électronique du destinataire")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="envoyé par",
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="au nom de",
    )
    created_at = models.DateTimeField("créé le", default=clock.now)
    sent_at = models.DateTimeField("envoyé le", default=clock.now)
    sent_count = models.PositiveIntegerField("envois", default=1)
    expires_at = models.DateTimeField("expire le", null=True, blank=True)
    revoked_at = models.DateTimeField("révoqué le", null=True, blank=True)
    first_opened_at = models.DateTimeField("ouvert la première fois le", null=True, blank=True)
    last_opened_at = models.DateTimeField("ouvert la dernière fois le", null=True, blank=True)
    opened_count = models.PositiveIntegerField("ouvertures", default=0)
    used_at = models.DateTimeField("réponse donnée le", null=True, blank=True)
    renewal_asked_at = models.DateTimeField("nouveau lien demandé le", null=True, blank=True)
    version = models.PositiveIntegerField("version", default=1)

    #: Who it is for stays out of the journal, which is never erased.
    journal_redacted = frozenset({"recipient_name", "recipient_email", "message"})
    journal_fields = {"role": Membership._meta.get_field("role")}

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = "lien personnel"
        verbose_name_plural = "liens personnels et invitations"
        ordering = ["-sent_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "purpose",
                "object_type",
                "object_id",
                Lower("recipient_email"),
                name="grant_recipient_once",
                violation_error_message="Un lien a déjà été envoyé à cette adresse : renvoyez-le.",
            ),
            models.CheckConstraint(
                condition=(Q(opened_count=0) & Q(first_opened_at=None) & Q(last_opened_at=None))
                | Q(opened_count__gt=0, first_opened_at__isnull=False, last_opened_at__isnull=False),
                name="grant_openings_dated",
                violation_error_message="Un lien ouvert l’a été à une date.",
            ),
        ]
        indexes = [models.Index(fields=["object_type", "object_id", "purpose"], name="grant_object_idx")]

    def __str__(self) -> str:
        return self.object_label

    @property
    def recipient(self) -> str:
        """To whom it goes, for who sends it: « Noa Essai (noa@example.org) », or the address of who has no name yet."""
        return f"{self.recipient_name} ({self.recipient_email})" if self.recipient_name else self.recipient_email
