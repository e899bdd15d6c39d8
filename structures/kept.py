"""What a DLA keeps about a structure beside its sheet, and who reads it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.annuaires.rights import kept_for
from accounts.models import Organisation
from core import clock
from core.actor import Actor
from core.lifecycle import LifecycleModel, LifecycleQuerySet
from structures.annuaire.models import Structure


class KeptQuerySet(LifecycleQuerySet):
    """Diagnostics or plans, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those ``actor`` reads whole (see :func:`kept_for`)."""
        return self.filter(kept_for(actor))


class Kept(LifecycleModel):
    """A document about a structure, kept by the organisation whose directory the structure is in.

    ``organisation`` repeats the structure's, which never changes: lists and rights ask it without a join.
    ``suivi_par`` is who follows it up; it may be nobody when that person left.
    """

    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="%(class)ss", editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    suivi_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="suivi par",
        editable=False,
    )
    created_at = models.DateTimeField("créé le", default=clock.now, editable=False)
    state_since = models.DateTimeField("dans cet état depuis", default=clock.now, editable=False)

    objects = KeptQuerySet.as_manager()

    class Meta:
        abstract = True
