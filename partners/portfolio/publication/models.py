"""Where a fiche is published: one line per région, each decided by its own C2RA, and the periods that were."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from core import clock
from core.clock import months_after
from core.lifecycle import LifecycleModel, LifecycleQuerySet, state_field
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.enums import EtatPublication, Statut
from referentiels.models import Region

#: A published fiche is to be updated after this many months (002: « une fois par an »).
MOIS_A_JOUR = 12
#: Not updated for as many more months, it leaves the searches.
MOIS_INACTIVE = 12


class PublicationQuerySet(LifecycleQuerySet):
    """Publications."""

    def current(self, on: dt.date | None = None):
        """Those published and up to date today (or ``on`` a coming day)."""
        return self.filter(state=EtatPublication.PUBLIEE, a_actualiser_le__gt=on or clock.today())

    def shown(self):
        """Those that searches may show: published, be they to update, until they are inactive."""
        return self.filter(
            state=EtatPublication.PUBLIEE,
            a_actualiser_le__gt=months_after(clock.today(), -MOIS_INACTIVE),
        )

    def to_decide(self):
        """Those offered to the région's C2RA: a frozen version waits for its decision."""
        return self.filter(candidate__isnull=False)


class Publication(LifecycleModel):
    """What one région shows of a prestataire. ``fiche`` is the version published (it stays readable while inactive),
    ``candidate`` the frozen version that the région has not decided on yet."""

    prestataire = models.ForeignKey(
        Prestataire, on_delete=models.PROTECT, related_name="publications", verbose_name="prestataire"
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="publications_prestataires", verbose_name="région"
    )
    state = state_field(EtatPublication, EtatPublication.DEMANDEE)
    fiche = models.ForeignKey(
        FicheVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="publications",
        verbose_name="version publiée",
    )
    candidate = models.ForeignKey(
        FicheVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="candidatures",
        verbose_name="version proposée",
    )
    asked_at = models.DateTimeField("demandée le", default=clock.now)
    publiee_le = models.DateField("publiée le", null=True, blank=True)
    a_actualiser_le = models.DateField("à actualiser à partir du", null=True, blank=True)
    decision_reason = models.TextField("motif", blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = "publication"
        ordering = ["prestataire", "region", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["prestataire", "region"],
                name="publication_once_per_region",
                violation_error_message="Cette fiche est déjà suivie par cette région.",
            ),
            models.CheckConstraint(
                condition=~Q(state="publiee")
                | Q(fiche__isnull=False, publiee_le__isnull=False, a_actualiser_le__isnull=False),
                name="publication_published_has_dates",
                violation_error_message="Une fiche publiée a sa version et ses dates.",
            ),
        ]
        indexes = [models.Index(fields=["region", "state", "a_actualiser_le", "id"], name="publication_region_idx")]

    def __str__(self) -> str:
        return f"{self.prestataire} · {self.region}"

    def statut(self, on: dt.date | None = None) -> Statut:
        """Where it stands today (or ``on`` a coming day): what was decided, and what the clock makes of it."""
        if self.state != EtatPublication.PUBLIEE:
            return Statut(self.state)
        on = on or clock.today()
        if on < self.a_actualiser_le:
            return Statut.PUBLIEE
        return Statut.A_ACTUALISER if on < months_after(self.a_actualiser_le, MOIS_INACTIVE) else Statut.INACTIVE


class Periode(models.Model):
    """From when to when a version was published in a région: what tells whether a fiche was published and current on
    a past day. ``au`` is the first day it was not any more (``None`` while it is)."""

    publication = models.ForeignKey(
        Publication, on_delete=models.PROTECT, related_name="periodes", verbose_name="publication"
    )
    fiche = models.ForeignKey(FicheVersion, on_delete=models.PROTECT, related_name="periodes", verbose_name="version")
    du = models.DateField("du")
    a_actualiser_le = models.DateField("à actualiser à partir du")
    au = models.DateField("jusqu’au (exclu)", null=True, blank=True)

    class Meta:
        verbose_name = "période de publication"
        verbose_name_plural = "périodes de publication"
        ordering = ["publication", "du", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication"],
                condition=Q(au__isnull=True),
                name="periode_one_open",
                violation_error_message="Une période de publication est déjà ouverte.",
            ),
            models.CheckConstraint(
                condition=Q(au__isnull=True) | Q(au__gte=F("du")),
                name="periode_in_order",
                violation_error_message="La fin de la publication précède son début.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publication} à partir du {self.du}"
