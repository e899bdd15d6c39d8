"""What the sheets of every directory hold."""

from __future__ import annotations

from django.db import models

from core.models import MergeableModel, VersionedModel
from core.search import matching
from core.text import search_text


class SheetQuerySet(models.QuerySet):
    """Sheets of a directory. The model of each adds ``visible_to(actor)`` and ``with_list_related_data()``."""

    def active(self):
        return self.filter(is_active=True)

    def present(self):
        """Those that were not merged into another."""
        return self.filter(merged_into__isnull=True)

    def own(self, organisation_id: int):
        """The directory of one organisation."""
        return self.present().filter(organisation_id=organisation_id)

    def search(self, query: str):
        """By every word of the columns that :meth:`SheetModel.searched` names."""
        return matching(self, query)

    def with_sheet_data(self):
        """What a page of the sheet shows."""
        return self.with_list_related_data()


class SheetModel(MergeableModel, VersionedModel):
    """The sheet of a directory: its name, its main contact, notes, and the column it is searched by.

    Each directory adds ``organisation`` (who keeps it), ``is_active``, ``created_at`` and its own fields.
    """

    name = models.CharField("nom", max_length=200)
    sigle = models.CharField("sigle", max_length=40, blank=True)
    contact_name = models.CharField("nom du contact", max_length=120, blank=True)
    contact_function = models.CharField("fonction du contact", max_length=120, blank=True)
    contact_email = models.EmailField("adresse électronique du contact", blank=True)
    contact_phone = models.CharField("téléphone du contact", max_length=30, blank=True)
    notes = models.TextField("notes", blank=True, max_length=5000)
    search_text = models.TextField("texte de recherche", blank=True, editable=False)

    journal_redacted = frozenset({"contact_name", "contact_email", "contact_phone", "notes"})

    class Meta:
        abstract = True
        ordering = ["search_text", "pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.sigle})" if self.sigle else self.name

    def searched(self) -> tuple[str, ...]:
        """What it is searched by; its name comes first, so that it sorts too."""
        return self.name, self.sigle

    def save(self, *args, **kwargs):
        self.search_text = search_text(*self.searched())
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, "search_text"}
        super().save(*args, **kwargs)
