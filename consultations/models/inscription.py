"""What is recorded of a prestataire for an ingénierie, and may be taken back."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core import clock
from core.models import VersionedModel


class InscriptionQuerySet(models.QuerySet):
    """What was recorded, taken back or not."""

    def standing(self):
        """Those that were not taken back."""
        return self.filter(retire_at__isnull=True)


class Inscription(VersionedModel):
    """Who recorded it and when; ``retire_at`` and ``retire_motif`` once it is taken back: it stays readable."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    by_label = models.CharField("enregistré par", max_length=200, editable=False)
    at = models.DateTimeField("enregistré le", default=clock.now, editable=False)
    retire_at = models.DateTimeField("retiré le", null=True, editable=False)
    retire_motif = models.TextField("motif du retrait", blank=True, editable=False)

    objects = InscriptionQuerySet.as_manager()

    class Meta:
        abstract = True
