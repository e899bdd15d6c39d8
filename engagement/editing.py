"""What the services of this floor share."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from core import journal
from core.actor import Actor
from core.errors import EditConflict, InvalidInput, StaleState

CONFLICT = (
    "Votre texte est conservé ci-dessous, mais il n’est pas encore enregistré : relisez ce qui a changé, "
    "reprenez ce qu’il faut, puis enregistrez de nouveau."
)
STALE = "Ce que vous aviez sous les yeux a changé : voyez ce qui s’est passé, puis recommencez s’il le faut encore."


def settable(model: type[models.Model]) -> frozenset[str]:
    """The fields of ``model`` that a person may set."""
    return frozenset(f.name for f in model._meta.concrete_fields if f.editable and not f.primary_key)


def checked(obj: models.Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """Try ``values`` on a copy of ``obj``; return them as the model stores them.

    Raises ``InvalidInput`` naming each field at fault: what a form refuses, a service called by an import or a
    demonstration refuses too (three decimals, too many digits, unknown code, unmet constraint).
    """
    unknown = set(values) - settable(type(obj))
    if unknown:
        raise InvalidInput(f"Champs inconnus : {', '.join(sorted(unknown))}.")
    trial = copy.copy(obj)
    for name, value in values.items():
        setattr(trial, name, value)
    # A state is not typed: django-fsm refuses even that it is set to itself.
    lifecycle = getattr(obj, "lifecycle", None)
    try:
        trial.full_clean(validate_unique=False, exclude={lifecycle.field} if lifecycle else None)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), reasons=error.messages) from error
    return {name: _stored(trial, name) for name in values}


def _stored(obj: models.Model, name: str) -> Any:
    """The value as the database gives it back: 1000 euros are 1000.00, and are journaled so."""
    value, field = getattr(obj, name), obj._meta.get_field(name)
    if isinstance(field, models.DecimalField) and value is not None:
        return value.quantize(Decimal(1).scaleb(-field.decimal_places))
    return value


def own(model: type[models.Model], ingenierie: Any) -> Any:
    """The one row of ``model`` of this ingénierie, made with version 0 (nothing written yet) when there is none.

    Inside the caller's transaction.
    """
    return model._base_manager.get_or_create(ingenierie=ingenierie, defaults={"version": 0})[0]


def lock(obj: Any, expected_version: int | None, *, typed: bool = True) -> Any:
    """Lock ``obj`` and return it fresh. Raises ``EditConflict`` when it changed since ``expected_version``.

    ``None`` skips the comparison. Without anything ``typed`` (a button) it is a plain ``StaleState``. A row that
    somebody removed meanwhile is stale too.
    """
    locked = type(obj)._base_manager.select_for_update(of=("self",)).filter(pk=obj.pk).first()
    if locked is None:
        raise StaleState(
            "Cela a été retiré entre-temps : rechargez la page.", entries=journal.entries_since(obj, obj.version)
        )
    if expected_version is not None and expected_version != locked.version:
        entries = journal.entries_since(locked, expected_version)
        if not typed:
            raise StaleState(STALE, entries=entries)
        raise EditConflict(CONFLICT, entries=entries, current=locked)
    return locked


def told(value: Any) -> Any:
    """A value as the journal shows it: a foreign object by its name."""
    return str(value) if isinstance(value, models.Model) else value


def filled(obj: models.Model) -> dict[str, Any]:
    """The fields of ``obj`` that hold something, by name, as the journal shows them."""
    return {
        f.name: told(getattr(obj, f.name))
        for f in obj._meta.concrete_fields
        if f.editable and not f.primary_key and getattr(obj, f.attname) not in (None, "", [], False)
    }


def create(obj: models.Model, *, actor: Actor, verb: str, scope: models.Model, reason: str = "") -> None:
    """Save a new object and journal what it holds. Inside the caller's transaction."""
    obj.save(force_insert=True)
    changes = {name: (None, value) for name, value in filled(obj).items()}
    journal.record(actor, verb, obj, scope=scope, changes=changes, reason=reason)


def remove(obj: models.Model, *, actor: Actor, verb: str, scope: models.Model, reason: str = "") -> None:
    """Delete ``obj`` (already locked) and journal what it held, so that it can be typed again."""
    changes = {name: (value, None) for name, value in filled(obj).items()}
    journal.record(actor, verb, obj, scope=scope, changes=changes, reason=reason)
    obj.delete()
