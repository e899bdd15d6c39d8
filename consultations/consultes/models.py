"""The prestataires that were consulted for an ingénierie (002, « Le choix des projets d'ingénierie »)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core import clock
from core.formats import format_date
from core.models import VersionedModel
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.models import Periode
from projects.ingenierie.models import Ingenierie


class InscriptionQuerySet(models.QuerySet):
    """What was recorded, taken back or not."""

    def standing(self):
        """Those that were not taken back."""
        return self.filter(retire_at__isnull=True)


class Inscription(VersionedModel):
    """What is recorded of a prestataire for an ingénierie: by whom and when; ``retire_at`` and ``retire_motif`` once it
    is taken back: it stays readable."""

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


class PrestataireConsulte(Inscription):
    """One prestataire to whom the pilot wrote for an ingénierie, by its own means or by a call.

    ``periode`` is the publication of the fiche that allowed it on that day. Taken back only when it was recorded by
    mistake: who declines was consulted all the same.
    """

    ingenierie = models.ForeignKey(
        Ingenierie,
        on_delete=models.CASCADE,
        related_name="prestataires_consultes",
        verbose_name="ingénierie",
        editable=False,
    )
    prestataire = models.ForeignKey(
        Prestataire,
        on_delete=models.PROTECT,
        related_name="consultations",
        verbose_name="prestataire",
        editable=False,
    )
    periode = models.ForeignKey(
        Periode, on_delete=models.PROTECT, related_name="consultations", verbose_name="fiche publiée", editable=False
    )
    date = models.DateField("consulté le")
    motif = models.TextField("pourquoi plus que la règle de la région", blank=True, max_length=2000, editable=False)

    class Meta:
        verbose_name = "prestataire consulté"
        verbose_name_plural = "prestataires consultés"
        ordering = ["date", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie", "prestataire"],
                condition=Q(retire_at__isnull=True),
                name="consulte_once",
                violation_error_message="Ce prestataire est déjà inscrit comme consulté pour cette ingénierie.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prestataire}, consulté le {format_date(self.date)}"
