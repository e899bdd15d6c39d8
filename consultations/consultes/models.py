"""The prestataires that were consulted for an ingénierie (002, « Le choix des projets d'ingénierie »)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from consultations.models.inscription import Inscription
from core.formats import format_date
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.models import Periode
from projects.models import Ingenierie

#: Two or three consulted are enough: more asks why, and so does fewer when one of them is retained.
AU_MOINS = 2
AU_PLUS = 3


class PrestataireConsulte(Inscription):
    """One prestataire to whom the pilot wrote, by its own means, with the cahier des charges of an ingénierie.

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
    motif = models.TextField("pourquoi plus de trois prestataires", blank=True, max_length=2000, editable=False)

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
