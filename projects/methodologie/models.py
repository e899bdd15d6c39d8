"""One version of the methodology, frozen once loaded."""

from __future__ import annotations

from django.db import models

from core import clock


class Methodologie(models.Model):
    """A cycle as data (steps, phases, actions, points, fiches, gates): never changed once an ingénierie follows it.

    Read it through :func:`projects.methodologie.methodology.get`, which keeps the parsed form in memory.
    """

    code = models.SlugField("cycle", max_length=40)
    version = models.CharField("version", max_length=20)
    label = models.CharField("intitulé", max_length=200)
    content = models.JSONField("contenu")
    checksum = models.CharField("empreinte", max_length=64)
    loaded_at = models.DateTimeField("chargée le", default=clock.now)

    class Meta:
        verbose_name = "méthodologie"
        ordering = ["code", "-loaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"],
                name="methodologie_version_unique",
                violation_error_message="Cette version de la méthodologie existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.version})"
