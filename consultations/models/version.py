"""What was diffused: written once, never changed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import models

from consultations.models.cahier import CahierDesCharges
from core import clock
from core.actor import Actor
from core.models import FrozenModel, FrozenQuerySet
from projects.models import Ingenierie


class VersionDiffuseeQuerySet(FrozenQuerySet):
    """Diffused versions: read only."""

    def visible_to(self, actor: Actor):
        """Those of the ingénieries that ``actor`` may read whole."""
        return self.filter(cahier__ingenierie__in=Ingenierie.objects.visible_to(actor).values("pk"))


class VersionDiffusee(FrozenModel):
    """One diffused version: the canonical JSON of its content (``schema`` says its shape) and its SHA-256.

    Its PDF is the kept document of type ``cahier_diffuse`` about it (``core.documents.frozen.kept_document``), made by
    a job from this content alone.
    """

    frozen_refusal = "Une version diffusée ne se modifie ni ne s’efface : ouvrez une nouvelle version."

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

    @property
    def data(self) -> dict[str, Any]:
        """The content, parsed."""
        return json.loads(self.contenu)

    @property
    def is_intact(self) -> bool:
        """Does the content still have the SHA-256 it was diffused with?"""
        return hashlib.sha256(self.contenu.encode()).hexdigest() == self.empreinte
