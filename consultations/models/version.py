"""What was diffused: written once, never changed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import models

from consultations.models.cahier import CahierDesCharges
from core import clock
from core.actor import Actor
from core.errors import DomainError
from projects.models import Ingenierie

_REFUSAL = "Une version diffusée ne se modifie ni ne s’efface : ouvrez une nouvelle version."


class FrozenError(DomainError):
    """Raised when something tries to change what was diffused."""

    title = "Cette version est figée"


class VersionDiffuseeQuerySet(models.QuerySet):
    """Diffused versions: read only."""

    def visible_to(self, actor: Actor):
        """Those of the ingénieries that ``actor`` may read whole."""
        return self.filter(cahier__ingenierie__in=Ingenierie.objects.visible_to(actor).values("pk"))

    def update(self, **kwargs: Any) -> int:
        raise FrozenError(_REFUSAL)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise FrozenError(_REFUSAL)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise FrozenError(_REFUSAL)


class VersionDiffusee(models.Model):
    """One diffused version: the canonical JSON of its content (``schema`` says its shape) and its SHA-256.

    Its PDF is the kept document of type ``cahier_diffuse`` about it (``core.documents.frozen.kept_document``), made by
    a job from this content alone.
    """

    cahier = models.ForeignKey(CahierDesCharges, on_delete=models.PROTECT, related_name="versions")
    numero = models.PositiveSmallIntegerField("version")
    schema = models.PositiveSmallIntegerField("version du schéma")
    contenu = models.TextField("contenu")
    empreinte = models.CharField("empreinte SHA-256 du contenu", max_length=64)
    date_limite = models.DateTimeField("date limite de réponse")
    motif = models.TextField("motif de la rectification", blank=True)
    diffusee_le = models.DateTimeField("diffusée le", default=clock.now)
    diffusee_par = models.CharField("diffusée par", max_length=200)

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

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise FrozenError(_REFUSAL)
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any):
        raise FrozenError(_REFUSAL)

    @property
    def data(self) -> dict[str, Any]:
        """The content, parsed."""
        return json.loads(self.contenu)

    @property
    def is_intact(self) -> bool:
        """Does the content still have the SHA-256 it was diffused with?"""
        return hashlib.sha256(self.contenu.encode()).hexdigest() == self.empreinte
