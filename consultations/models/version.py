"""What was diffused: written once, never changed."""

from __future__ import annotations

from django.db import models

from consultations.models.cahier import CahierDesCharges
from core.actor import Actor
from core.models import FrozenContent, FrozenQuerySet
from projects.ingenierie.models import Ingenierie


class VersionDiffuseeQuerySet(FrozenQuerySet):
    """Diffused versions: read only."""

    def visible_to(self, actor: Actor):
        """Those of the ingénieries that ``actor`` may read whole."""
        return self.filter(cahier__ingenierie__in=Ingenierie.objects.visible_to(actor).values("pk"))


class VersionDiffusee(FrozenContent):
    """One diffused version.

    Its PDF is the kept document of type ``cahier_diffuse`` about it (``core.documents.frozen.kept_document``), made by
    a job from this content alone.
    """

    frozen_refusal = "Une version diffusée ne se modifie ni ne s’efface : ouvrez une nouvelle version."

    cahier = models.ForeignKey(CahierDesCharges, on_delete=models.PROTECT, related_name="versions")
    date_limite = models.DateTimeField("date limite de réponse")
    motif = models.TextField("motif de la rectification", blank=True)

    objects = VersionDiffuseeQuerySet.as_manager()

    class Meta:
        verbose_name = "version diffusée"
        verbose_name_plural = "versions diffusées"
        ordering = ["-numero", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cahier", "numero"],
                name="version_diffusee_once",
                violation_error_message="Cette version est déjà diffusée.",
            )
        ]

    def __str__(self) -> str:
        return f"version {self.numero}"
