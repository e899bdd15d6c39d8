"""The people to reach at what a directory holds: several, one of them on its sheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core import editing
from core.actor import Actor
from core.errors import InvalidInput, NotAllowed
from core.journal import register_verbs
from core.merging import move_all
from core.models.contacts import Contact
from core.phones import format_phone

FIELDS = ("name", "function", "email", "phone", "note")
CONTACTS_MAX = 30
#: Field of a contact → field of the sheet.
ON_SHEET = {
    "name": "contact_name",
    "function": "contact_function",
    "email": "contact_email",
    "phone": "contact_phone",
}
_VERBS = {
    "add": "a ajouté un contact",
    "update": "a modifié un contact",
    "remove": "a retiré un contact",
    "main": "a changé le contact principal",
}


def main_of(sheet: Any) -> dict[str, str]:
    """The main contact of a sheet, by field of a contact."""
    return {name: getattr(sheet, on_sheet) for name, on_sheet in ON_SHEET.items()}


def addresses(sheet: Any) -> list[tuple[str, str]]:
    """(name, address) of everybody who can be written to, the main contact first."""
    everybody = [(sheet.contact_name, sheet.contact_email), *((c.name, c.email) for c in sheet.contacts.all())]
    return [(name, email) for name, email in everybody if email]


class ContactKind:
    """The contacts of one directory, kept and read as its sheets are.

    ``annuaire`` is that directory (``accounts.annuaires``), whose noun is the name of the foreign key to
    the sheet. The sheet has the four fields of :data:`ON_SHEET`.
    """

    def __init__(self, annuaire: Any) -> None:
        self.annuaire = annuaire
        self.model: type[Contact] = annuaire.contact_model
        self.owner: str = annuaire.noun

    def register(self) -> None:
        """Declare its verbs."""
        register_verbs({self._verb(name): f"{sentence} {self.annuaire.of}" for name, sentence in _VERBS.items()})

    def _verb(self, name: str) -> str:
        return f"{self.annuaire.namespace}.contact_{name}"

    def sheet(self, contact: Contact) -> Any:
        """Whose contact it is."""
        return getattr(contact, self.owner)

    def _may_edit(self, actor: Actor, sheet: Any) -> None:
        refusal = self.annuaire.why_not_edit(actor, sheet)
        if refusal:
            raise NotAllowed(refusal)

    def add(self, sheet: Any, values: Mapping[str, Any], *, actor: Actor) -> Contact:
        """Add somebody to reach: ``name``, ``function``, ``email``, ``phone`` (one at least), ``note``.

        Twice the same is once. Raises ``NotAllowed``, ``InvalidInput``.
        """
        self._may_edit(actor, sheet)
        values = editing.checked(self.model(**{self.owner: sheet}), values, only=FIELDS)
        with transaction.atomic():
            self._may_edit(actor, editing.lock(sheet))  # it may have been merged meanwhile
            same = {name: values.get(name, "") for name in FIELDS}
            if already := sheet.contacts.filter(**same).first():
                return already
            if sheet.contacts.count() >= CONTACTS_MAX:
                raise InvalidInput(
                    f"{CONTACTS_MAX} contacts au plus par {self.owner} : retirez ceux qui ne servent plus."
                )
            contact = self.model(**{self.owner: sheet}, **values)
            return editing.create(contact, actor=actor, verb=self._verb("add"), scope=sheet)

    def update(
        self, contact: Contact, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
    ) -> Contact:
        """Change a contact. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
        sheet = self.sheet(contact)
        self._may_edit(actor, sheet)
        return editing.apply_changes(
            contact,
            editing.checked(contact, values, only=FIELDS),
            actor=actor,
            verb=self._verb("update"),
            expected_version=expected_version,
            scope=sheet,
        )

    def remove(self, contact: Contact, *, actor: Actor, expected_version: int | None = None) -> None:
        """Take a contact out; nothing personal stays in the journal. Raises ``NotAllowed``, ``StaleState``."""
        sheet = self.sheet(contact)
        self._may_edit(actor, sheet)
        with transaction.atomic():
            locked = editing.lock(contact, expected_version, typed=False)
            setattr(locked, self.owner, sheet)
            editing.remove(locked, actor=actor, verb=self._verb("remove"), scope=sheet)

    def make_main(self, contact: Contact, *, actor: Actor, expected_version: int | None = None) -> Any:
        """Put a contact on the sheet; whoever was there takes the place it leaves. Raises as :meth:`remove`."""
        self._may_edit(actor, self.sheet(contact))
        verb = self._verb("main")
        with transaction.atomic():
            sheet = editing.lock(self.sheet(contact))
            locked = editing.lock(contact, expected_version, typed=False)
            before = main_of(sheet)
            values = {on_sheet: getattr(locked, name) for name, on_sheet in ON_SHEET.items()}
            sheet = editing.apply_changes(sheet, values, actor=actor, verb=verb, expected_version=None)
            if any(before.values()):
                values = {**before, "note": ""}
                editing.apply_changes(locked, values, actor=actor, verb=verb, expected_version=None, scope=sheet)
            else:
                locked.delete()
        return sheet

    # --- Two sheets made one (core.merging) ---

    def keep_mains(self, kept: Any, gone: Any, values: Mapping[str, Any], actor: Actor) -> None:
        """Two sheets become one, that takes ``values``: a main contact that is not on it stays among the others.

        Nobody's data stays on ``gone``, which is hidden: there, no one could take it out. In the caller's transaction,
        before the contacts of ``gone`` move.
        """
        main = {name: values.get(on_sheet, getattr(kept, on_sheet)) for name, on_sheet in ON_SHEET.items()}
        known = [main, *kept.contacts.values(*ON_SHEET), *gone.contacts.values(*ON_SHEET)]
        for sheet in (kept, gone):
            person = main_of(sheet)
            told = {name: value for name, value in person.items() if value}
            # Whoever is told whole by another has no line of her own.
            if not told or any(told.items() <= other.items() for other in known):
                continue
            contact = self.model(**{self.owner: kept}, **person)
            editing.create(contact, actor=actor, verb=self._verb("add"), scope=kept)
            known.append(person)
        for on_sheet in ON_SHEET.values():
            setattr(gone, on_sheet, "")
        gone.save(update_fields=[*ON_SHEET.values()])

    def move(self, kept: Any, gone: Any, actor: Actor) -> int:
        """Give the contacts of ``gone`` to ``kept``; one that both have is there once."""
        rows = list(gone.contacts.order_by("pk"))
        there = {_told(contact): contact for contact in kept.contacts.all()}
        for contact in rows:
            twin = there.get(_told(contact))
            if twin is not None:
                move_all(twin, contact, actor)
                contact.delete()
            else:
                setattr(contact, self.owner, kept)
                contact.version += 1
                contact.save(update_fields=[self.owner, "version"])
        return len(rows)

    # --- For the page of the sheet ---

    def panel(self, sheet: Any, *, can_edit: bool) -> dict[str, Any]:
        """What ``annuaires/contacts.html`` shows: the main contact, then the others."""
        return {
            "main": [
                {"label": label, "value": value, "href": href}
                for label, value, href in (
                    ("Nom", sheet.contact_name, ""),
                    ("Fonction", sheet.contact_function, ""),
                    ("Courriel", sheet.contact_email, f"mailto:{sheet.contact_email}"),
                    ("Téléphone", format_phone(sheet.contact_phone), ""),
                )
                if value
            ],
            "others": [self._line(sheet, contact) for contact in sheet.contacts.all()],
            "can_edit": can_edit,
            "add_url": self.annuaire.url("contact_ajouter", sheet.pk),
        }

    def _line(self, sheet: Any, c: Contact) -> dict[str, Any]:
        return {
            "version": c.version,
            "nom": c.name or c.function or c.email or format_phone(c.phone),
            "details": " · ".join(filter(None, (c.function if c.name else "", c.note))),
            "email": c.email,
            "phone": format_phone(c.phone),
            "url": self.annuaire.url("contact", sheet.pk, c.pk),
            "remove_url": self.annuaire.url("contact_retirer", sheet.pk, c.pk),
            "main_url": self.annuaire.url("contact_principal", sheet.pk, c.pk),
        }


def _told(contact: Contact) -> tuple[str, ...]:
    return tuple(getattr(contact, name) for name in FIELDS)
