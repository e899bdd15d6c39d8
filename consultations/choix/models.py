"""The prestataire chosen for an ingénierie: who, when, why, by whom (002, « Le choix des projets d'ingénierie »)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from consultations.choix.enums import ChoisiPar, ModeChoix
from consultations.consultes.models import Inscription
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.models import Periode
from projects.ingenierie.models import Ingenierie


class ChoixPrestataire(Inscription):
    """One prestataire retained for one ingénierie (which may retain several: 000, « choisir le ou les prestataires »).

    ``periode`` is the publication of the fiche that allowed it on the day of the decision: never looked at again, since
    a fiche that grows old afterwards does not undo a choice.
    """

    ingenierie = models.ForeignKey(
        Ingenierie,
        on_delete=models.CASCADE,
        related_name="choix_prestataires",
        verbose_name="ingénierie",
        editable=False,
    )
    prestataire = models.ForeignKey(
        Prestataire, on_delete=models.PROTECT, related_name="choix", verbose_name="prestataire", editable=False
    )
    periode = models.ForeignKey(
        Periode, on_delete=models.PROTECT, related_name="choix", verbose_name="fiche publiée", editable=False
    )
    date = models.DateField("jour de la décision")
    mode = models.CharField("façon de choisir", max_length=24, choices=ModeChoix.choices)
    justification = models.TextField(
        "pourquoi sans mise en concurrence, ou moins de deux consultés", blank=True, max_length=4000
    )
    motifs = models.TextField("motifs du choix", max_length=4000)
    choisi_par = models.CharField("choisi", max_length=12, choices=ChoisiPar.choices)
    decideurs = models.CharField("qui a décidé", max_length=300)

    class Meta:
        verbose_name = "choix d’un prestataire"
        verbose_name_plural = "choix de prestataires"
        ordering = ["date", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie", "prestataire"],
                condition=Q(retire_at__isnull=True),
                name="choix_once",
                violation_error_message="Ce prestataire est déjà retenu pour cette ingénierie.",
            ),
            models.CheckConstraint(
                condition=~Q(mode="sans_concurrence") | ~Q(justification=""),
                name="choix_without_call_is_justified",
                violation_error_message="Sans mise en concurrence, dites pourquoi.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prestataire}, retenu le {self.date}"
