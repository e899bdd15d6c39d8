"""The journal: an append-only table that must hold as an audit trail (public money)."""

from django.db import models


class JournalEntry(models.Model):
    """What somebody did. Ids are plain (no foreign key): an entry outlives what it tells of.

    ``object_*`` is the thing changed, ``scope_*`` the dossier in whose journal the entry is read (an ingénierie…).
    ``changes`` maps a field name to ``[before, after]``, or to ``null`` for a field whose content stays out.
    """

    at = models.DateTimeField("quand")
    actor_kind = models.CharField("genre d’acteur", max_length=12)
    actor_user_id = models.BigIntegerField("identifiant de la personne", null=True)
    actor_label = models.CharField("qui", max_length=200)
    organisation_id = models.BigIntegerField("identifiant de l’organisation", null=True)
    organisation_label = models.CharField("organisation", max_length=200, blank=True)
    verb = models.CharField("action", max_length=80)
    object_type = models.CharField("type d’objet", max_length=80)
    object_id = models.BigIntegerField("identifiant de l’objet")
    object_label = models.CharField("objet", max_length=255, blank=True)
    object_version = models.PositiveIntegerField("version de l’objet", null=True)
    scope_type = models.CharField("type de dossier", max_length=80, blank=True)
    scope_id = models.BigIntegerField("identifiant du dossier", null=True)
    changes = models.JSONField("changements", default=dict)
    reason = models.TextField("motif", blank=True)

    class Meta:
        verbose_name = "entrée du journal"
        verbose_name_plural = "journal"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["scope_type", "scope_id", "-at", "-id"], name="journal_scope_idx"),
            models.Index(fields=["object_type", "object_id", "-at"], name="journal_object_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_label} {self.verb} {self.object_label}"
