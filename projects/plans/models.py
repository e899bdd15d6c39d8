"""The ingénierie that a row of a plan d'accompagnement opened, or was attached to."""

from __future__ import annotations

from django.db import models

from core import clock
from projects.ingenierie.models import Ingenierie
from structures.plans.models import LignePlan


class LigneIngenierie(models.Model):
    """One row, one ingénierie: the plan says where its action is being carried out.

    ``ouvre``: the ingénierie was opened from this row, which is its command (:mod:`projects.plans.commande`).
    """

    ligne = models.OneToOneField(
        LignePlan, on_delete=models.CASCADE, related_name="rattachement", verbose_name="ligne du plan"
    )
    ingenierie = models.ForeignKey(Ingenierie, on_delete=models.CASCADE, related_name="lignes_de_plan")
    ouvre = models.BooleanField("l’ingénierie en est partie", default=False, editable=False)
    rattachee_le = models.DateTimeField("rattachée le", default=clock.now, editable=False)
    rattachee_par = models.CharField("rattachée par", max_length=200, editable=False)

    class Meta:
        verbose_name = "ligne de plan rattachée"
        verbose_name_plural = "lignes de plan rattachées"
        ordering = ["-rattachee_le", "pk"]

    def __str__(self) -> str:
        return str(self.ligne)
