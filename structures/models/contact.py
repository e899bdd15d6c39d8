"""The other people to reach at a structure."""

from __future__ import annotations

from django.db import models

from core.models import Contact
from core.models.contacts import says_whom
from structures.models.structure import Structure


class ContactStructure(Contact):
    """Somebody else to reach at a structure than the main contact of its sheet."""

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="contacts", editable=False)

    class Meta(Contact.Meta):
        verbose_name = "contact d’une structure"
        verbose_name_plural = "contacts d’une structure"
        constraints = [says_whom("contact_structure_says_whom")]

    def __str__(self) -> str:
        return f"contact de {self.structure}"
