"""What the demonstration remembers of itself."""

from __future__ import annotations

from django.db import models

from core import clock


class Repere(models.Model):
    """One thing that the demonstration wrote, under a stable key, in the transaction that wrote it.

    So loading again adds nothing, whatever people renamed meanwhile, and a load cut short goes on where it stopped.
    Empty in production.
    """

    key = models.CharField("clé", max_length=160, unique=True)
    object_id = models.BigIntegerField("identifiant de l’objet", null=True)
    at = models.DateTimeField("écrit le", default=clock.now)

    class Meta:
        verbose_name = "repère de démonstration"
        verbose_name_plural = "repères de démonstration"
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key
