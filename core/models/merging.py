"""Records of a directory that were the same thing: two become one, the other leads to it."""

from __future__ import annotations

from django.db import models

from core import clock


class MergeableModel(models.Model):
    """A record that may be merged into another: it then stays as it was, hidden, and leads to the one that is kept."""

    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="reunies",
        verbose_name="réunie à",
    )

    class Meta:
        abstract = True


class PaireDistincte(models.Model):
    """Two records that somebody looked at and found to be two different things: not signalled again.

    ``first_id`` is the smaller of the two primary keys.
    """

    object_type = models.CharField("type d’objet", max_length=80)
    first_id = models.BigIntegerField("identifiant de la première fiche")
    second_id = models.BigIntegerField("identifiant de la seconde fiche")
    said_at = models.DateTimeField("dit le", default=clock.now)
    said_by_id = models.BigIntegerField("identifiant de la personne", null=True)
    said_by_label = models.CharField("dit par", max_length=200)

    class Meta:
        verbose_name = "paire distincte"
        verbose_name_plural = "paires distinctes"
        ordering = ["-said_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["object_type", "first_id", "second_id"], name="paire_distincte_once"),
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.first_id} et {self.second_id}"
