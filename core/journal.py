"""Writing and reading the journal.

Entries are written in the same transaction as what they tell; the database itself refuses UPDATE, DELETE
(and TRUNCATE on PostgreSQL) through triggers that a ``post_migrate`` handler (re)installs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import connections, models, transaction

from core import clock
from core.actor import Actor
from core.formats import format_date, format_datetime, format_money_plain
from core.models import JournalEntry

#: verb → how the timeline says it, after the actor's name (« a engagé la démarche »).
VERBS: dict[str, str] = {}


def register_verbs(verbs: Mapping[str, str]) -> None:
    """Declare the French wording of verbs; called at import of the module that records them."""
    VERBS.update(verbs)


def plain(value: Any) -> Any:
    """Return ``value`` as JSON can hold it: dates in ISO, decimals as text, model objects as their pk."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(plain(v) for v in value)
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return value


def record(
    actor: Actor,
    verb: str,
    obj: models.Model,
    *,
    scope: models.Model | None = None,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
) -> JournalEntry:
    """Write one entry. Must run inside the transaction of the change it tells.

    ``changes`` maps field names to ``(before, after)`` or to ``None`` (content kept out). ``scope`` is the dossier in
    whose timeline it shows; by default ``obj`` itself. Raises ``TransactionManagementError`` outside a transaction.
    """
    if verb not in VERBS:
        raise KeyError(f"verbe de journal non déclaré : {verb}")
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("journal.record doit être appelé dans une transaction")
    scope = scope or obj
    organisation = actor.organisation
    redacted = getattr(obj, "journal_redacted", frozenset())
    told = {
        name: None if (pair is None or name in redacted) else [plain(pair[0]), plain(pair[1])]
        for name, pair in (changes or {}).items()
    }
    return JournalEntry.objects.create(
        at=clock.now(),
        actor_kind=actor.kind,
        actor_user_id=actor.user_id,
        actor_label=actor.label[:200],
        organisation_id=actor.organisation_id,
        organisation_label=str(organisation)[:200] if organisation else "",
        verb=verb,
        object_type=obj._meta.label_lower,
        object_id=obj.pk,
        object_label=str(obj)[:255],
        object_version=getattr(obj, "version", None),
        scope_type=scope._meta.label_lower,
        scope_id=scope.pk,
        changes=told,
        reason=reason,
    )


def entries_for(scope: models.Model, *, also: Iterable[int] = ()) -> models.QuerySet[JournalEntry]:
    """The timeline of a dossier, newest first; ``also``: primary keys of dossiers merged into it."""
    return JournalEntry.objects.filter(scope_type=scope._meta.label_lower, scope_id__in=[scope.pk, *also]).order_by(
        "-at", "-pk"
    )


def entries_since(obj: models.Model, version: int) -> list[JournalEntry]:
    """What was done to ``obj`` after the version ``version``, oldest first (at most 20)."""
    return list(
        JournalEntry.objects.filter(
            object_type=obj._meta.label_lower, object_id=obj.pk, object_version__gt=version
        ).order_by("at", "pk")[:20]
    )


# --- Reading --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One field changed, as the timeline shows it."""

    label: str
    before: str
    after: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One entry, as the timeline shows it."""

    at: str
    iso: str
    who: str
    organisation: str
    sentence: str
    object_label: str
    changes: list[ChangeLine]
    reason: str
    verb: str


@lru_cache(maxsize=4096)
def _field(object_type: str, name: str):
    try:
        model = apps.get_model(object_type)
    except (LookupError, ValueError):
        return None
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        # What a model tells under names that are not its own columns (rows edited as one page).
        return getattr(model, "journal_fields", {}).get(name)


def _show(field: Any, value: Any) -> str:
    if value in (None, "", []):
        return "—"
    if isinstance(value, bool):
        return "oui" if value else "non"
    choices = dict(getattr(field, "flatchoices", None) or ())
    if isinstance(value, list):
        return ", ".join(_show(field, v) for v in value)
    if isinstance(value, dict):
        return " · ".join(str(v) for v in value.values() if v not in ("", None)) or "—"
    if value in choices:
        return str(choices[value])
    if isinstance(field, models.DateTimeField):
        return format_datetime(dt.datetime.fromisoformat(value))
    if isinstance(field, models.DateField):
        return format_date(dt.date.fromisoformat(value))
    if isinstance(field, models.DecimalField) and getattr(field, "is_money", False):
        return format_money_plain(Decimal(value))
    return str(value)


def describe(entries: Iterable[JournalEntry]) -> list[TimelineLine]:
    """Put entries into French sentences with their before/after, ready for the template."""
    lines = []
    for entry in entries:
        changes = []
        for name, pair in entry.changes.items():
            field = _field(entry.object_type, name)
            label = str(field.verbose_name) if field is not None and hasattr(field, "verbose_name") else name
            label = label[:1].upper() + label[1:]
            if pair is None:
                changes.append(ChangeLine(label, "", "", True))
            else:
                changes.append(ChangeLine(label, _show(field, pair[0]), _show(field, pair[1]), False))
        lines.append(
            TimelineLine(
                at=format_datetime(entry.at),
                iso=entry.at.isoformat(),
                who=entry.actor_label,
                organisation=entry.organisation_label,
                sentence=VERBS.get(entry.verb, entry.verb),
                object_label=entry.object_label,
                changes=changes,
                reason=entry.reason,
                verb=entry.verb,
            )
        )
    return lines


# --- The database's own refusal -------------------------------------------------------------------------------------

TABLE = JournalEntry._meta.db_table
_SQLITE = [
    f"CREATE TRIGGER IF NOT EXISTS {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, 'le journal ne se modifie pas'); END"
    for verb in ("UPDATE", "DELETE")
]
_POSTGRES = [
    f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION 'le journal ne se modifie pas'; END $$",
    f"DROP TRIGGER IF EXISTS {TABLE}_no_change ON {TABLE}",
    f"CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
    f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()",
    f"DROP TRIGGER IF EXISTS {TABLE}_no_truncate ON {TABLE}",
    f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()",
]


def install_triggers(using: str = "default") -> None:
    """(Re)install the triggers that refuse any change of the journal. Idempotent."""
    connection = connections[using]
    statements = {"sqlite": _SQLITE, "postgresql": _POSTGRES}[connection.vendor]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def lift_triggers(using: str = "default") -> None:
    """Drop the triggers: for the flush of the test suite only."""
    connection = connections[using]
    names = {
        "sqlite": [f"DROP TRIGGER IF EXISTS {TABLE}_no_{v}" for v in ("update", "delete")],
        "postgresql": [f"DROP TRIGGER IF EXISTS {TABLE}_no_{v} ON {TABLE}" for v in ("change", "truncate")],
    }[connection.vendor]
    with connection.cursor() as cursor:
        for statement in names:
            cursor.execute(statement)
