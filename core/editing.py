"""Saving what several people may edit at once: lock, compare versions, journal the difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models, transaction

from core import journal
from core.actor import Actor
from core.errors import EditConflict, StaleState


def lock(obj: Any) -> Any:
    """Lock the row of ``obj`` and return it fresh, inside the caller's transaction.

    The lock leaves others free to write what refers to the row, so that two services that need each other's rows do not
    wait for one another. Raises ``StaleState`` for a row that somebody removed meanwhile.
    """
    found = type(obj)._base_manager.select_for_update(of=("self",), no_key=True).filter(pk=obj.pk).first()
    if found is None:
        raise StaleState("Cela a été retiré entre-temps : rechargez la page.")
    return found


def apply_changes(
    obj: models.Model,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    verb: str,
    expected_version: int | None,
    scope: models.Model | None = None,
    many_to_many: Mapping[str, Any] | None = None,
    reason: str = "",
) -> models.Model:
    """Set ``values`` (and the lists of ``many_to_many``) on ``obj`` if nobody saved it meanwhile.

    Locks the row, compares ``expected_version`` with it (``None`` skips the comparison: a single-field click), saves
    only when something differs, adds one to the version, writes one journal entry with before and after.
    Returns the fresh object. Raises ``EditConflict`` with the others' entries and the current object, ``StaleState``
    when it is gone.
    """
    with transaction.atomic():
        locked = lock(obj)
        if expected_version is not None and expected_version != locked.version:
            raise EditConflict(
                "Votre texte est conservé ci-dessous, mais il n’est pas encore enregistré : relisez ce qui a changé, "
                "reprenez ce qu’il faut, puis enregistrez de nouveau.",
                entries=journal.entries_since(locked, expected_version),
                current=locked,
            )
        changes: dict[str, tuple[Any, Any]] = {}
        for name, value in values.items():
            before = getattr(locked, name)
            if before != value:
                changes[name] = (before, value)
                setattr(locked, name, value)
        for name, chosen in (many_to_many or {}).items():
            manager = getattr(locked, name)
            was = sorted(str(o) for o in manager.all())
            now = sorted(str(o) for o in chosen)
            if was != now:
                changes[name] = (was, now)
                manager.set(chosen)
        if changes:
            locked.version += 1
            locked.save()
            journal.record(actor, verb, locked, scope=scope, changes=changes, reason=reason)
    return locked


def section_version(obj: models.Model, fields: Iterable[str], expected_version: int | None) -> int | None:
    """Return the version to give to :func:`apply_changes` when only ``fields`` of ``obj`` are being saved.

    Two people who edit two sections of one object do not meet: when what was saved since ``expected_version`` touched
    none of ``fields``, the present version is returned; else ``expected_version``, which then conflicts. Call it in the
    transaction that saves: the row stays locked.
    """
    if expected_version is None:
        return None
    locked = lock(obj)
    if expected_version >= locked.version:
        return expected_version
    entries = journal.entries_since(locked, expected_version)
    told = {entry.object_version for entry in entries}
    if told != set(range(expected_version + 1, locked.version + 1)):
        return expected_version  # too much happened to tell (or a version was skipped): better to ask
    touched = {name for entry in entries for name in entry.changes}
    return expected_version if touched & set(fields) else locked.version


def create(
    obj: models.Model,
    *,
    actor: Actor,
    verb: str,
    scope: models.Model | None = None,
    many_to_many: Mapping[str, Any] | None = None,
    reason: str = "",
) -> models.Model:
    """Save a new object and journal its creation with the fields that have a value."""
    with transaction.atomic():
        obj.save(force_insert=True)
        changes = {
            f.name: (None, getattr(obj, f.name))
            for f in obj._meta.concrete_fields
            if f.editable and not f.primary_key and getattr(obj, f.attname) not in (None, "", [], {})
        }
        for name, chosen in (many_to_many or {}).items():
            chosen = list(chosen)
            getattr(obj, name).set(chosen)
            if chosen:
                changes[name] = ([], sorted(str(o) for o in chosen))
        journal.record(actor, verb, obj, scope=scope, changes=changes, reason=reason)
    return obj


def remove(obj: models.Model, *, actor: Actor, verb: str, scope: models.Model, reason: str = "") -> None:
    """Delete ``obj`` and journal what it held (so that it can be typed again)."""
    with transaction.atomic():
        changes = {
            f.name: (getattr(obj, f.name), None)
            for f in obj._meta.concrete_fields
            if f.editable and not f.primary_key and getattr(obj, f.attname) not in (None, "", [], {})
        }
        journal.record(actor, verb, obj, scope=scope, changes=changes, reason=reason)
        obj.delete()
