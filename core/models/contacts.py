"""The people to reach at what a directory holds, beside the main contact of its sheet."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.models.versioned import VersionedModel
from core.sorting import french


def says_whom(name: str) -> models.CheckConstraint:
    """The constraint ``name``: a contact that says nothing is not one."""
    return models.CheckConstraint(
        condition=~Q(name="", function="", email="", phone=""),
        name=name,
        violation_error_message="Indiquez au moins un nom, une fonction, une adresse ou un téléphone.",
    )


class Contact(VersionedModel):
    """Somebody else to reach than the main contact of a sheet. Read and kept as the sheet is.

    The model of a directory adds the sheet (``related_name="contacts"``) and names it in ``__str__``, never the person:
    the journal keeps that label for good.
    """

    name = models.CharField("nom", max_length=120, blank=True)
    function = models.CharField("fonction", max_length=120, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    note = models.CharField("pour quoi le joindre", max_length=200, blank=True)

    journal_redacted = frozenset({"name", "function", "email", "phone", "note"})

    class Meta:
        abstract = True
        ordering = [french("name"), french("function"), "pk"]
