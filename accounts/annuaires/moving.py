"""The sheets of a directory whose organisation is taken over by another."""

from __future__ import annotations

from typing import Any

from accounts.models import Organisation
from core import editing, journal
from core.actor import Actor


def move_sheets(annuaire: Any, kept: Organisation, gone: Organisation, actor: Actor) -> int:
    """The sheets of ``gone`` go to the directory of ``kept``; returns how many. In the caller's transaction.

    What tells that a sheet is already there is taken off (or told apart, for a name): the page of the duplicates then
    proposes to make one of the two. The journal of the sheet keeps what it was.
    """
    count = 0
    for sheet in editing.lock_rows(annuaire.model._base_manager.filter(organisation=gone)):
        changes = {"organisation": (str(gone), str(kept))}
        sheet.organisation = kept
        for field in annuaire.already if sheet.merged_into_id is None else ():
            value = getattr(sheet, field)
            if value and annuaire.same(kept.pk, {field: value}, exclude=sheet.pk):
                suffix = f" ({gone})"
                other = f"{value[: 200 - len(suffix)]}{suffix}" if field == "name" else ""
                changes[field] = (value, other)
                setattr(sheet, field, other)
        sheet.version += 1
        sheet.save()
        journal.record(actor, f"{annuaire.namespace}.taken_over", sheet, changes=changes)
        count += 1
    return count
