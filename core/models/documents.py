"""Printed documents: made once, kept as files."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core import clock
from core.models.frozen import FrozenModel


class GeneratedDocumentQuerySet(models.QuerySet):
    """Printed documents."""

    def about(self, obj: models.Model, document_type: str) -> GeneratedDocumentQuerySet:
        """Those of one type about ``obj``, newest first."""
        return self.filter(document_type=document_type, object_type=obj._meta.label_lower, object_id=obj.pk).order_by(
            "-made_at", "-pk"
        )

    def kept(self) -> GeneratedDocumentQuerySet:
        """Those that are the document itself, not a preview of it."""
        return self.filter(kept=True)


class GeneratedDocument(models.Model):
    """One PDF, as it was made: what everybody downloads is these very bytes.

    ``object_*`` is what it is about, ``scope_*`` the dossier it belongs to: plain ids, like the journal's, since they
    may be of any floor. A document that is not ``kept`` is a preview: the housekeeping removes it after some days.
    ``sealed_by`` is the ``fingerprint`` of the certificate that sealed it; empty: it bears no seal.
    """

    document_type = models.CharField("type de document", max_length=80)
    object_type = models.CharField("type d’objet", max_length=80)
    object_id = models.BigIntegerField("identifiant de l’objet")
    scope_type = models.CharField("type de dossier", max_length=80)
    scope_id = models.BigIntegerField("identifiant du dossier")
    title = models.CharField("titre", max_length=255)
    filename = models.CharField("nom de fichier", max_length=200)
    template = models.CharField("modèle", max_length=200)
    blank = models.BooleanField("version vierge", default=False)
    kept = models.BooleanField("à conserver", default=False)
    storage_key = models.CharField("emplacement", max_length=120, unique=True)
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    size = models.PositiveBigIntegerField("taille en octets")
    made_at = models.DateTimeField("produit le", default=clock.now)
    made_by_id = models.BigIntegerField("identifiant de la personne", null=True)
    made_by_label = models.CharField("produit par", max_length=200)
    job_id = models.BigIntegerField("identifiant de la tâche", null=True)
    sealed_by = models.CharField("scellé par le certificat", max_length=64, blank=True)

    objects = GeneratedDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document produit"
        verbose_name_plural = "documents produits"
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(
                fields=["object_type", "object_id", "document_type", "-made_at", "-id"], name="document_object_idx"
            ),
            models.Index(fields=["made_at"], name="document_preview_idx", condition=Q(kept=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["job_id"],
                name="document_once_per_job",
                violation_error_message="Cette tâche a déjà produit son document.",
            )
        ]

    def __str__(self) -> str:
        return self.title


class SealCertificate(FrozenModel):
    """A certificate this installation sealed a document with (``core.documents.seal``), recognised for good.

    ``fingerprint`` is its SHA-256 in hexadecimal, ``certificate`` the certificate itself in PEM: nothing secret.
    """

    frozen_refusal = "Un certificat qui a scellé des documents ne se modifie ni ne s’efface."

    fingerprint = models.CharField("empreinte SHA-256", max_length=64, unique=True)
    name = models.CharField("nom", max_length=200)
    certificate = models.TextField("certificat (PEM)")
    since = models.DateTimeField("employé depuis", default=clock.now)

    class Meta:
        verbose_name = "certificat de sceau"
        verbose_name_plural = "certificats de sceau"

    def __str__(self) -> str:
        return self.name
