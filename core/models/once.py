"""Forms that were accepted, so that none counts twice."""

from __future__ import annotations

from django.db import models

from core import clock


class FormulaireRecu(models.Model):
    """A form that was accepted (:mod:`core.views.once`): a digest of it, and where one was sent then. Kept a week."""

    key = models.CharField("empreinte", max_length=64, primary_key=True)
    location = models.CharField("suite", max_length=2000, blank=True)
    at = models.DateTimeField("reçu le", default=clock.now, db_index=True)

    class Meta:
        verbose_name = "formulaire reçu"
        verbose_name_plural = "formulaires reçus"

    def __str__(self) -> str:
        return self.key
