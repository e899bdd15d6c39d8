"""The people to reach at a partner: several, one of them on its sheet."""

from __future__ import annotations

from django.db.models import QuerySet

from core.actor import Actor
from core.contacts import CONTACTS_MAX, ContactKind
from partners.directory import permissions
from partners.directory.models import ContactPartenaire, Partenaire

__all__ = ["CONTACTS", "CONTACTS_MAX", "add_contact", "make_main", "remove_contact", "update_contact"]


class PartenaireContacts(ContactKind):
    """Kept with the sheet of the partner, read in the whole région."""

    model = ContactPartenaire
    owner = "partenaire"
    of = "du partenaire"
    namespace = "directory"
    title = "Partenaires"
    prefix = "directory"

    def readable(self, actor: Actor) -> QuerySet:
        return Partenaire.objects.visible_to(actor).with_list_related_data()

    def why_not_edit(self, actor: Actor, sheet: Partenaire) -> str | None:
        return permissions.why_not_edit(actor, sheet)


CONTACTS = PartenaireContacts().register()
add_contact = CONTACTS.add
update_contact = CONTACTS.update
remove_contact = CONTACTS.remove
make_main = CONTACTS.make_main
