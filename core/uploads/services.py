"""Attaching a file to an object, removing it, and the housekeeping that deletes what nobody can reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import structlog
from django.apps import apps
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q

from core import clock, journal
from core.actor import Actor
from core.editing import lock
from core.errors import NotAllowed, StaleState
from core.files import DOCUMENTS, IMPORTS, UPLOADS, delete_file, save_file
from core.models import Attachment, GeneratedDocument, Import
from core.uploads.checks import check_upload
from core.uploads.rights import FOLDERS, KEPT_FOR_GOOD, may_edit, tell_change

log = structlog.get_logger(__name__)

journal.register_verbs(
    {
        "core.joint_piece": "a joint la pièce",
        "core.retire_piece": "a retiré la pièce",
        "core.efface_piece": "a effacé une pièce",
    }
)

REMOVED_DAYS = 30
PREVIEW_DAYS = 7
ORPHAN_HOURS = 24
CHUNK = 200


def _check_may_edit(object_type: str, object_id: int, actor: Actor) -> None:
    if not actor.is_system and not may_edit(object_type, object_id, actor):
        raise NotAllowed("Vous ne pouvez pas modifier les pièces jointes de cette page.")


def attach(
    obj: models.Model, uploaded_file: File, *, actor: Actor, scope: models.Model, category: str = ""
) -> Attachment:
    """Check ``uploaded_file``, keep it and attach it to ``obj``; journaled in the dossier ``scope``.

    The same file under the same name on the same object is attached once: the second click gets the first one's row.
    Raises ``InvalidInput`` (type, size, content) and ``NotAllowed``.
    """
    object_type = obj._meta.label_lower
    _check_may_edit(object_type, obj.pk, actor)
    checked = check_upload(uploaded_file)
    same = Attachment.objects.present().filter(
        object_type=object_type,
        object_id=obj.pk,
        category=category,
        sha256=checked.sha256,
        original_name=checked.name,
    )
    if already := same.first():
        return already
    key = save_file(UPLOADS, uploaded_file)
    try:
        with transaction.atomic():
            attachment = Attachment.objects.create(
                object_type=object_type,
                object_id=obj.pk,
                scope_type=scope._meta.label_lower,
                scope_id=scope.pk,
                category=category,
                original_name=checked.name,
                mime=checked.mime,
                size=checked.size,
                sha256=checked.sha256,
                storage_key=key,
                uploaded_at=clock.now(),
                uploaded_by_id=actor.user_id,
                uploaded_by_label=actor.label[:200],
            )
            journal.record(
                actor,
                "core.joint_piece",
                attachment,
                scope=scope,
                changes={"size": (None, checked.size), "sha256": (None, checked.sha256)},
            )
            tell_change(object_type, obj.pk)
    except BaseException as error:
        # Nothing points to this file; should this fail too, the housekeeping finds it.
        delete_file(key)
        if isinstance(error, IntegrityError) and (already := same.first()):
            return already
        raise
    return attachment


def detach(attachment: Attachment, *, actor: Actor) -> Attachment:
    """Remove ``attachment`` from its object; its file is deleted 30 days later by the housekeeping.

    Raises ``NotAllowed``, and ``StaleState`` if somebody removed it meanwhile.
    """
    _check_may_edit(attachment.object_type, attachment.object_id, actor)
    with transaction.atomic():
        locked = lock(attachment)
        if locked.removed_at is not None:
            raise StaleState("Cette pièce a déjà été retirée.")
        locked.removed_at = clock.now()
        locked.save(update_fields=["removed_at"])
        journal.record(
            actor,
            "core.retire_piece",
            locked,
            scope=apps.get_model(locked.scope_type)(pk=locked.scope_id),
            changes={"removed_at": (None, locked.removed_at)},
        )
        tell_change(locked.object_type, locked.object_id)
    return locked


ERASED_NAME = "document effacé"


def erase(attachment: Attachment, *, actor: Actor) -> Attachment:
    """Erase ``attachment`` for good, its name included: its file goes with the transaction, the dated row stays.

    For what identifies somebody who is to be forgotten; the caller has checked that nothing shows it any more. Should
    the file survive the end of the transaction, the housekeeping deletes it. Doing it twice is doing it once.
    """
    with transaction.atomic():
        locked = lock(attachment)
        if locked.purged_at is not None:
            return locked
        locked.removed_at = locked.removed_at or clock.now()
        locked.purged_at = clock.now()
        locked.original_name = ERASED_NAME
        locked.save(update_fields=["removed_at", "purged_at", "original_name"])
        journal.record(
            actor,
            "core.efface_piece",
            locked,
            scope=apps.get_model(locked.scope_type)(pk=locked.scope_id),
            changes={"purged_at": (None, locked.purged_at)},
        )
        transaction.on_commit(lambda: delete_file(locked.storage_key))
    return locked


# --- Housekeeping ---------------------------------------------------------------------------------------------------


def _walk(folder: str) -> Iterator[str]:
    """The keys of all files below ``folder`` in the storage."""
    try:
        folders, files = default_storage.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return
    for name in files:
        yield f"{folder}/{name}"
    for name in folders:
        yield from _walk(f"{folder}/{name}")


def purge(*, dry_run: bool = False, check: Callable[[], None] = lambda: None) -> dict[str, int]:
    """Delete files of attachments removed 30 days ago, previews of 7 days, and files that no row points to.

    The files of an object that was deleted are removed with it, dated of the first housekeeping that finds them alone.
    Returns how many of each. ``check`` is called between files. Idempotent; the row is settled before its file goes,
    so an interruption leaves at worst a file without row, which the next run deletes.
    """
    now = clock.now()
    if not dry_run:
        _remove_with_their_object(now, check)
    removed = Attachment.objects.filter(
        purged_at__isnull=True, removed_at__lt=now - dt.timedelta(days=REMOVED_DAYS)
    ).order_by("pk")
    candidates = list(removed.values_list("pk", flat=True))
    removed = removed.exclude(pk__in={pk for kept in KEPT_FOR_GOOD for pk in kept(candidates)})
    previews = GeneratedDocument.objects.filter(kept=False, made_at__lt=now - dt.timedelta(days=PREVIEW_DAYS)).order_by(
        "pk"
    )
    counts = {"pieces": removed.count(), "apercus": previews.count(), "orphelins": 0}
    if not dry_run:
        for pk, key in list(removed.values_list("pk", "storage_key")):
            check()
            Attachment.objects.filter(pk=pk).update(purged_at=now)
            delete_file(key)
        for pk, key in list(previews.values_list("pk", "storage_key")):
            check()
            GeneratedDocument.objects.filter(pk=pk).delete()
            delete_file(key)
    counts["orphelins"] = _purge_orphans(now - dt.timedelta(hours=ORPHAN_HOURS), dry_run=dry_run, check=check)
    if any(counts.values()):
        log.info("files_purged", dry_run=dry_run, **counts)
    return counts


def _remove_with_their_object(now: dt.datetime, check: Callable[[], None]) -> None:
    """Date the removal of the files whose object is not there any more."""
    present = Attachment.objects.present()
    for object_type in list(present.order_by().values_list("object_type", flat=True).distinct()):
        check()
        try:
            there = apps.get_model(object_type)._base_manager.filter(pk=OuterRef("object_id"))
        except LookupError:  # a type of a floor that is not installed any more: nobody decides for it
            continue
        present.filter(~Exists(there), object_type=object_type).update(removed_at=now)


def _purge_orphans(before: dt.datetime, *, dry_run: bool, check: Callable[[], None]) -> int:
    """Delete the files older than ``before`` that no row points to; returns how many."""
    count = 0
    for folder, known in (
        (UPLOADS, Attachment.objects.filter(Q(purged_at__isnull=True))),
        (DOCUMENTS, GeneratedDocument.objects.all()),
        (IMPORTS, Import.objects.all()),
        *((folder, rows()) for folder, rows in FOLDERS.items()),
    ):
        batch: list[str] = []
        for key in _walk(folder):
            batch.append(key)
            if len(batch) == CHUNK:
                count += _purge_batch(batch, known, before, dry_run)
                batch = []
                check()
        count += _purge_batch(batch, known, before, dry_run)
    return count


def _purge_batch(keys: list[str], known: models.QuerySet, before: dt.datetime, dry_run: bool) -> int:
    kept = set(known.filter(storage_key__in=keys).values_list("storage_key", flat=True))
    count = 0
    for key in keys:
        if key in kept:
            continue
        try:
            if default_storage.get_modified_time(key) >= before:
                continue  # perhaps of a transaction that is still open
        except FileNotFoundError:
            continue
        count += 1
        if not dry_run:
            delete_file(key)
    return count
