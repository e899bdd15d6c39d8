"""Files that people attach to what they work on."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.db.models import Q

from core import clock


class AttachmentQuerySet(models.QuerySet):
    """Attached files."""

    def present(self) -> AttachmentQuerySet:
        """Those that were not removed."""
        return self.filter(removed_at__isnull=True)

    def of(self, object_type: str, ids: Collection[int]) -> AttachmentQuerySet:
        """Those present on the objects of that type (``projects.ingenierie``) and ids, oldest first."""
        return self.present().filter(object_type=object_type, object_id__in=ids).order_by("uploaded_at", "pk")


class Attachment(models.Model):
    """One file attached to one object, by plain ids since the object may be of any floor.

    The file lies under a random name, and is read through ``core.views.uploads`` only. Removing it from its object
    dates it; the file itself goes with the housekeeping, the row stays.
    """

    object_type = models.CharField("type d’objet", max_length=80)
    object_id = models.BigIntegerField("identifiant de l’objet")
    scope_type = models.CharField("type de dossier", max_length=80)
    scope_id = models.BigIntegerField("identifiant du dossier")
    category = models.CharField("catégorie", max_length=40, blank=True)
    original_name = models.CharField("nom du fichier", max_length=160)
    mime = models.CharField("type de contenu", max_length=100)
    size = models.PositiveBigIntegerField("taille en octets")
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    storage_key = models.CharField("emplacement", max_length=120, unique=True)
    uploaded_at = models.DateTimeField("déposé le", default=clock.now)
    uploaded_by_id = models.BigIntegerField("identifiant de la personne", null=True)
    uploaded_by_label = models.CharField("déposé par", max_length=200)
    removed_at = models.DateTimeField("retiré le", null=True, blank=True)
    purged_at = models.DateTimeField("fichier effacé le", null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce jointe"
        verbose_name_plural = "pièces jointes"
        ordering = ["uploaded_at", "pk"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "uploaded_at", "id"], name="attachment_object_idx"),
            models.Index(
                fields=["removed_at"],
                name="attachment_to_purge_idx",
                condition=Q(removed_at__isnull=False, purged_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["object_type", "object_id", "category", "sha256", "original_name"],
                condition=Q(removed_at__isnull=True),
                name="attachment_once",
                violation_error_message="Ce fichier est déjà joint.",
            ),
            models.CheckConstraint(
                condition=Q(purged_at__isnull=True) | Q(removed_at__isnull=False),
                name="attachment_purged_was_removed",
                violation_error_message="Le fichier d’une pièce présente ne s’efface pas.",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def extension(self) -> str:
        """« pdf », « docx »…"""
        return self.original_name.rpartition(".")[2].lower()
