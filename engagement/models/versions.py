"""The budget as a comité d'appui saw it: written once, never changed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import models

from core import clock
from core.models import FrozenModel
from projects.enums import SensAvis


class VersionBudget(FrozenModel):
    """The kept scenario on the day of an opinion: canonical JSON (``schema`` says its shape) and its SHA-256.

    ``dla``, ``date_avis`` and ``sens`` repeat the opinion as it was recorded then: a later opinion of the same comité
    makes another version and changes nothing here.
    """

    frozen_refusal = "Une version de budget soumise à un comité d’appui ne se modifie ni ne s’efface."

    ingenierie = models.ForeignKey(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="versions_budget", editable=False
    )
    numero = models.PositiveSmallIntegerField("version")
    schema = models.PositiveSmallIntegerField("version du schéma", default=1)
    contenu = models.TextField("contenu")
    empreinte = models.CharField("empreinte SHA-256 du contenu", max_length=64)
    dla = models.CharField("DLA dont le comité d’appui s’est prononcé", max_length=200)
    date_avis = models.DateField("date de l’avis")
    sens = models.CharField("avis", max_length=12, choices=SensAvis.choices)
    prise_le = models.DateTimeField("prise le", default=clock.now)
    prise_par = models.CharField("avis enregistré par", max_length=200)

    class Meta:
        verbose_name = "version du budget"
        verbose_name_plural = "versions du budget"
        ordering = ["-numero", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie", "numero"],
                name="version_budget_once",
                violation_error_message="Cette version du budget existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return f"version {self.numero} du budget"

    @property
    def data(self) -> dict[str, Any]:
        """The content, parsed."""
        return json.loads(self.contenu)

    @property
    def is_intact(self) -> bool:
        """Does the content still have the SHA-256 it was kept with?"""
        return hashlib.sha256(self.contenu.encode()).hexdigest() == self.empreinte
