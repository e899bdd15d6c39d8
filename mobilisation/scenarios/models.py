"""Scenarios: how the intervention may be held (000, démarche 3/4)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.models import VersionedModel
from projects.ingenierie.models import Ingenierie


class Scenario(VersionedModel):
    """One way to hold the intervention: several are considered, at most one is kept.

    ``avantages`` is the debate between them: it is read in the dossier and never goes out.
    """

    ingenierie = models.ForeignKey(Ingenierie, on_delete=models.CASCADE, related_name="scenarios", editable=False)
    nom = models.CharField("nom du scénario", max_length=120)
    rythme = models.TextField("rythme", blank=True, max_length=2000)
    duree = models.TextField("durée", blank=True, max_length=2000)
    periode = models.TextField("période", blank=True, max_length=2000)
    lieu = models.TextField("lieu", blank=True, max_length=2000)
    logistique = models.TextField("logistique", blank=True, max_length=2000)
    avantages = models.TextField("avantages et limites", blank=True, max_length=4000)
    retenu = models.BooleanField("retenu", default=False, editable=False)

    class Meta:
        verbose_name = "scénario"
        ordering = ["-retenu", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie"],
                condition=Q(retenu=True),
                name="scenario_one_kept",
                violation_error_message="Un seul scénario est retenu.",
            ),
            models.CheckConstraint(
                condition=~Q(nom=""), name="scenario_named", violation_error_message="Donnez un nom au scénario."
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    def _told(self, *names: str) -> list[tuple[str, str]]:
        told = [(self._meta.get_field(n).verbose_name, getattr(self, n)) for n in names]
        return [(label[:1].upper() + label[1:], text) for label, text in told if text.strip()]

    @property
    def conditions(self) -> list[tuple[str, str]]:
        """(label, text) of the conditions that are filled: what a document may tell of the scenario."""
        return self._told("rythme", "duree", "periode", "lieu", "logistique")

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The conditions, then what was said for and against it: for the pages of the dossier alone."""
        return self.conditions + self._told("avantages")
