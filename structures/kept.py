"""What a DLA keeps about a structure beside its sheet, and who reads it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from core import clock
from core.actor import Actor
from core.lifecycle import LifecycleModel, LifecycleQuerySet
from structures.annuaire.models import EVERYTHING, NOTHING, Structure


def kept_for(actor: Actor, path: str = "") -> Q:
    """The condition on ``<path>organisation`` of what ``actor`` reads whole: its own organisation's, the whole région
    for a C2RA, everything for the AVISE. Same answer as ``structures.diagnostics.permissions.can_view``."""
    if actor.is_system:
        return EVERYTHING
    organisation = actor.organisation
    if organisation is None:
        return NOTHING
    if organisation.kind == OrganisationKind.DLA:
        return Q(**{f"{path}organisation_id": organisation.pk})
    if organisation.kind == OrganisationKind.C2RA:
        return Q(**{f"{path}organisation__region_id": organisation.region_id})
    return EVERYTHING if organisation.kind == OrganisationKind.AVISE else NOTHING


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
