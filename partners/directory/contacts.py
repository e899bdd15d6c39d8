"""The people to reach at a partner: several, one of them on its sheet."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from core import editing
from core.actor import Actor
from core.errors import EditConflict, InvalidInput, NotAllowed
from core.journal import entries_since, record, register_verbs
from core.merging import move_all
from partners.directory import permissions
from partners.directory.models import ContactPartenaire, Partenaire

register_verbs(
    {
        "directory.contact_add": "a ajouté un contact au partenaire",
        "directory.contact_update": "a modifié un contact du partenaire",
        "directory.contact_remove": "a retiré un contact du partenaire",
        "directory.contact_main": "a changé le contact principal du partenaire",
    }
)

FIELDS = ("name", "function", "email", "phone", "note")
CONTACTS_MAX = 30
#: Field of a contact → field of the sheet.
_ON_SHEET = {
    "name": "contact_name",
    "function": "contact_function",
    "email": "contact_email",
    "phone": "contact_phone",
}


def _may_edit(actor: Actor, partenaire: Partenaire) -> None:
    refusal = permissions.why_not_edit(actor, partenaire)
    if refusal:
        raise NotAllowed(refusal)


def _checked(contact: ContactPartenaire, values: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise InvalidInput(f"Champs inconnus : {', '.join(sorted(unknown))}.")
    trial = copy.copy(contact)
    for name, value in values.items():
        setattr(trial, name, value)
    try:
        trial.full_clean(validate_unique=False)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), reasons=error.messages) from error
    return dict(values)


def add_contact(partenaire: Partenaire, values: Mapping[str, Any], *, actor: Actor) -> ContactPartenaire:
    """Add somebody to reach: ``name``, ``function``, ``email``, ``phone``, ``note``, one of them at least.

    Twice the same is once. Raises ``NotAllowed``, ``InvalidInput``.
    """
    _may_edit(actor, partenaire)
    contact = ContactPartenaire(partenaire=partenaire)
    values = _checked(contact, values)
    with transaction.atomic():
        _may_edit(actor, editing.lock(partenaire))  # it may have been merged meanwhile
        same = {name: values.get(name, "") for name in FIELDS}
        if already := partenaire.contacts.filter(**same).first():
            return already
        if partenaire.contacts.count() >= CONTACTS_MAX:
            raise InvalidInput(f"{CONTACTS_MAX} contacts au plus par partenaire : retirez ceux qui ne servent plus.")
        for name, value in values.items():
            setattr(contact, name, value)
        contact.save(force_insert=True)
        told = {name: (None, values[name]) for name in values if values[name]}
        record(actor, "directory.contact_add", contact, scope=partenaire, changes=told)
    return contact


def update_contact(
    contact: ContactPartenaire, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None
) -> ContactPartenaire:
    """Change a contact. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    _may_edit(actor, contact.partenaire)
    return editing.apply_changes(
        contact,
        _checked(contact, values),
        actor=actor,
        verb="directory.contact_update",
        expected_version=expected_version,
        scope=contact.partenaire,
    )


def _lock(contact: ContactPartenaire, expected_version: int | None) -> ContactPartenaire:
    locked = editing.lock(contact)
    if expected_version is not None and expected_version != locked.version:
        raise EditConflict(
            "Ce contact a été modifié entre-temps : relisez-le, puis recommencez.",
            entries=entries_since(locked, expected_version),
            current=locked,
        )
    return locked


def remove_contact(contact: ContactPartenaire, *, actor: Actor, expected_version: int | None = None) -> None:
    """Take a contact out; nothing personal stays in the journal. Raises ``NotAllowed``, ``EditConflict``."""
    partenaire = contact.partenaire
    _may_edit(actor, partenaire)
    with transaction.atomic():
        locked = _lock(contact, expected_version)
        locked.partenaire = partenaire
        told = {name: None for name in FIELDS if getattr(locked, name)}
        record(actor, "directory.contact_remove", locked, scope=partenaire, changes=told)
        locked.delete()


def make_main(contact: ContactPartenaire, *, actor: Actor, expected_version: int | None = None) -> Partenaire:
    """Put a contact on the sheet; whoever was there takes the place it leaves. Raises as :func:`remove_contact`."""
    _may_edit(actor, contact.partenaire)
    with transaction.atomic():
        partenaire = editing.lock(contact.partenaire)
        locked = _lock(contact, expected_version)
        before = {name: getattr(partenaire, on_sheet) for name, on_sheet in _ON_SHEET.items()}
        leaves = any(before.values())
        values = {on_sheet: getattr(locked, name) for name, on_sheet in _ON_SHEET.items()}
        partenaire = editing.apply_changes(
            partenaire, values, actor=actor, verb="directory.contact_main", expected_version=None
        )
        if leaves:
            editing.apply_changes(
                locked,
                {**before, "note": ""},
                actor=actor,
                verb="directory.contact_main",
                expected_version=None,
                scope=partenaire,
            )
        else:
            locked.delete()
    return partenaire


# --- Two sheets made one ---------------------------------------------------------------------------------------------


def keep_main_contacts(kept: Partenaire, gone: Partenaire, values: Mapping[str, Any], *, actor: Actor) -> None:
    """Two sheets become one, that takes ``values``: a main contact that is not on it stays among the others.

    In the caller's transaction, before the contacts of ``gone`` move.
    """
    main = {name: values.get(on_sheet, getattr(kept, on_sheet)) for name, on_sheet in _ON_SHEET.items()}
    known = [main, *kept.contacts.values(*_ON_SHEET), *gone.contacts.values(*_ON_SHEET)]
    for sheet in (kept, gone):
        person = {name: getattr(sheet, on_sheet) for name, on_sheet in _ON_SHEET.items()}
        told = {name: value for name, value in person.items() if value}
        # Whoever is told whole by another has no line of her own.
        if not told or any(told.items() <= other.items() for other in known):
            continue
        contact = ContactPartenaire(partenaire=kept, **person)
        contact.save(force_insert=True)
        known.append(person)
        record(actor, "directory.contact_add", contact, scope=kept, changes={name: (None, told[name]) for name in told})


def move_contacts(kept: Partenaire, gone: Partenaire, actor: Actor) -> int:
    """Give the contacts of ``gone`` to ``kept``; one that both have is there once."""
    rows = list(gone.contacts.order_by("pk"))
    there = {tuple(getattr(c, name) for name in FIELDS): c for c in kept.contacts.all()}
    for contact in rows:
        twin = there.get(tuple(getattr(contact, name) for name in FIELDS))
        if twin is not None:
            move_all(twin, contact, actor)
            contact.delete()
        else:
            contact.partenaire = kept
            contact.version += 1
            contact.save(update_fields=["partenaire", "version"])
    return len(rows)
