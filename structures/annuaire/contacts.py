"""The people to reach at a structure: several, one of them on its sheet."""

from __future__ import annotations

from django.db.models import QuerySet

from core.actor import Actor
from core.contacts import ContactKind
from structures.annuaire import permissions
from structures.annuaire.models import ContactStructure, Structure


class StructureContacts(ContactKind):
    """Kept with the sheet of the structure, read by who reads it whole."""

    model = ContactStructure
    owner = "structure"
    of = "de la structure"
    namespace = "structures"
    title = "Structures"
    prefix = "structures"

    def readable(self, actor: Actor) -> QuerySet:
        return Structure.objects.visible_to(actor).filter(merged_into__isnull=True).select_related("organisation")

    def why_not_edit(self, actor: Actor, sheet: Structure) -> str | None:
        return permissions.why_not_edit(actor, sheet)


CONTACTS = StructureContacts().register()
