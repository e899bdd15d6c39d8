"""Saving what several people may edit at once: lock, compare versions, journal the difference."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.db.models import QuerySet

from core import journal
from core.actor import Actor
from core.errors import EditConflict, InvalidInput, StaleState
from core.text import LONG_TEXT, typed_text

GONE = "Cela a été retiré entre-temps : rechargez la page."
STALE = "Ce que vous aviez sous les yeux a changé : voyez ce qui s’est passé, puis recommencez s’il le faut encore."
CONFLICT = (
    "Votre texte est conservé ci-dessous, mais il n’est pas encore enregistré : relisez ce qui a changé, "
    "reprenez ce qu’il faut, puis enregistrez de nouveau."
)

# --- Locks ----------------------------------------------------------------------------------------------------------


def lock_rows(queryset: QuerySet) -> QuerySet:
    """The rows of ``queryset``, each locked when it is read, always in the same order (of their primary keys).

    Inside the caller's transaction. The locks leave others free to write what refers to the rows, so that two services
    that need each other's rows do not wait for one another.
    """
    return queryset.select_for_update(of=("self",), no_key=True).order_by("pk")


def lock(obj: Any, expected_version: int | None = None, *, typed: bool = True) -> Any:
    """Lock the row of ``obj`` and return it fresh, inside the caller's transaction.

    Raises ``EditConflict``, with what the others did, when it is not at ``expected_version`` any more (``None`` skips
    the comparison); a plain ``StaleState`` for a button, with nothing ``typed``, and for a row that somebody removed.
    """
    # Who is signed in comes as a lazy object: its type is not its model.
    found = lock_rows(obj._meta.model._base_manager.filter(pk=obj.pk)).first()
    if found is None:
        version = getattr(obj, "version", None)
        raise StaleState(GONE, entries=journal.entries_since(obj, version) if version is not None else ())
    if expected_version is not None and expected_version != found.version:
        raise changed_meanwhile(found, journal.entries_since(found, expected_version), typed=typed)
    return found


def changed_meanwhile(current: Any, entries: Collection[Any], *, typed: bool = True) -> StaleState:
    """What to raise when ``current`` is not what the page showed: ``entries`` say what happened since."""
    return EditConflict(CONFLICT, entries=entries, current=current) if typed else StaleState(STALE, entries=entries)


# --- Values ---------------------------------------------------------------------------------------------------------


def settable(model: type[models.Model]) -> list[str]:
    """The fields of ``model`` that a person may set, in their order."""
    return [f.name for f in model._meta.concrete_fields if f.editable and not f.primary_key]


def checked(
    obj: models.Model, values: Mapping[str, Any], *, only: Collection[str] | None = None, constraints: bool = True
) -> dict[str, Any]:
    """Try ``values`` on a copy of ``obj``; return them as the database will give them back (1000 euros are 1000.00).

    What a form refuses, a service called by an import or a demonstration refuses too: an unknown field (one that is
    not among ``only``, or that nobody types), three decimals, too long a text, an unmet constraint. Of an object that
    exists, the fields that do not change are not tried again. ``constraints=False`` asks the database nothing (nor
    whether what is referred to is still there), for the thousands of lines of an import.

    Raises ``InvalidInput`` naming each field at fault.
    """
    model = type(obj)
    unknown = set(values) - set(settable(model) if only is None else only)
    if unknown:
        raise InvalidInput(f"Champs inconnus : {', '.join(sorted(unknown))}.")
    trial = copy.copy(obj)
    for name, value in values.items():
        setattr(trial, name, value)
    # A state is not typed: django-fsm refuses even that it is set to itself. What is referred to without being typed is
    # there; what is typed may have been removed meanwhile.
    lifecycle = getattr(obj, "lifecycle", None)
    trusted = {
        f.name
        for f in model._meta.concrete_fields
        if (f.name not in values and not obj._state.adding)
        or (f.is_relation and getattr(trial, f.attname) is not None and not (constraints and f.name in values))
        or (lifecycle and f.name == lifecycle.field)
    }
    try:
        _check_lengths(trial, values)
        trial.full_clean(exclude=trusted, validate_unique=False, validate_constraints=False)
        if constraints:
            trial.validate_constraints()
    except ValidationError as error:
        said = _sentences(model, error)
        raise InvalidInput(" ".join(said), reasons=said if len(said) > 1 else ()) from error
    return {name: _stored(trial, name) for name in values}


def _check_lengths(trial: models.Model, names: Collection[str]) -> None:
    """A ``TextField`` tells its limit to forms only."""
    errors = {}
    for name in names:
        field, value = trial._meta.get_field(name), getattr(trial, name)
        if isinstance(field, models.TextField) and isinstance(value, str):
            try:
                typed_text(value, limit=field.max_length or LONG_TEXT)
            except InvalidInput as error:
                errors[name] = error.message
    if errors:
        raise ValidationError(errors)


def _sentences(model: type[models.Model], error: ValidationError) -> list[str]:
    said = []
    for name, messages in error.message_dict.items():
        label = "" if name == NON_FIELD_ERRORS else str(model._meta.get_field(name).verbose_name)
        said += [f"{label[:1].upper()}{label[1:]} : {message}" if label else message for message in messages]
    return said


def _stored(obj: models.Model, name: str) -> Any:
    value, field = getattr(obj, name), obj._meta.get_field(name)
    if isinstance(field, models.DecimalField) and value is not None:
        return value.quantize(Decimal(1).scaleb(-field.decimal_places))
    return value


# --- Writing --------------------------------------------------------------------------------------------------------


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
        locked = lock(obj, expected_version)
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


def section_version(obj: models.Model, fields: Collection[str], expected_version: int | None) -> int | None:
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
    known = {entry.object_version for entry in entries}
    if known != set(range(expected_version + 1, locked.version + 1)):
        return expected_version  # too much happened to tell (or a version was skipped): better to ask
    touched = {name for entry in entries for name in entry.changes}
    return expected_version if touched & set(fields) else locked.version


def create(
    obj: models.Model,
    values: Mapping[str, Any] | None = None,
    *,
    actor: Actor,
    verb: str,
    scope: models.Model | None = None,
    many_to_many: Mapping[str, Any] | None = None,
    reason: str = "",
) -> models.Model:
    """Save a new object, with the ``values`` typed for it, and journal its creation with what it holds.

    Raises ``InvalidInput`` as :func:`checked`, when there are ``values``.
    """
    with transaction.atomic():
        if values is not None:
            for name, value in checked(obj, values).items():
                setattr(obj, name, value)
        obj.save(force_insert=True)
        changes = {name: (None, value) for name, value in filled(obj).items()}
        for name, chosen in (many_to_many or {}).items():
            chosen = list(chosen)
            getattr(obj, name).set(chosen)
            if chosen:
                changes[name] = ([], sorted(str(o) for o in chosen))
        journal.record(actor, verb, obj, scope=scope, changes=changes, reason=reason)
    return obj


def remove(obj: models.Model, *, actor: Actor, verb: str, scope: models.Model, reason: str = "") -> None:
    """Delete ``obj`` (already locked) and journal what it held, so that it can be typed again."""
    with transaction.atomic():
        changes = {name: (value, None) for name, value in filled(obj).items()}
        journal.record(actor, verb, obj, scope=scope, changes=changes, reason=reason)
        obj.delete()


def filled(obj: models.Model) -> dict[str, Any]:
    """The fields of ``obj`` that a person may set and that hold something, as the journal tells them."""
    found = {name: told(getattr(obj, name)) for name in settable(type(obj))}
    return {name: value for name, value in found.items() if value is not False and value not in (None, "", [], {})}


def told(value: Any) -> Any:
    """A value as the journal tells it for good: a foreign object by its name."""
    return str(value) if isinstance(value, models.Model) else value
