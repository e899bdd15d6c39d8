"""An import, step by step: the file is read, its lines are checked, the person confirms, the good lines are written.

Each background step goes on from where it stopped: a line is settled in the transaction that writes its object.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Q, QuerySet

from core import clock
from core.actor import Actor
from core.editing import lock, lock_rows
from core.errors import DomainError, InvalidInput, NotAllowed, StaleState
from core.files import IMPORTS as IMPORTS_FOLDER
from core.files import delete_file, save_file
from core.imports.checking import Checker
from core.imports.kinds import IMPORTS, ImportKind
from core.imports.reading import ERROR_HEADING, read_table
from core.jobs import GiveUp, JobRun, enqueue
from core.models import Import, ImportLine, ImportState, Issue, Verdict
from core.uploads.checks import IMPORTABLE, check_upload

CHECK_JOB = "core.import_verification"
WRITE_JOB = "core.import_ecriture"
CHUNK = 100
STORED_CHUNK = 500
#: A write transaction ends after this long, whatever remains of its chunk.
TRANSACTION_SECONDS = 0.5
KEPT_DAYS = 30


def kind_for(code: str, actor: Actor) -> ImportKind:
    """The kind of this code. Raises ``LookupError`` (there is none), ``NotAllowed`` (the actor may not import)."""
    kind = IMPORTS.get(code)
    if kind is None:
        raise LookupError(code)
    refusal = kind.why_not(actor)
    if refusal:
        raise NotAllowed(refusal)
    return kind


# --- Reading --------------------------------------------------------------------------------------------------------


def start_import(code: str, file: File, *, actor: Actor) -> Import:
    """Keep ``file``, and have it read and its lines checked in the background.

    Raises ``NotAllowed``, and ``InvalidInput`` for what is not a spreadsheet (then nothing is kept).
    """
    kind_for(code, actor)
    checked = check_upload(file, IMPORTABLE)
    key = save_file(IMPORTS_FOLDER, file)
    try:
        with transaction.atomic():
            source = Import.objects.create(
                kind=code,
                filename=checked.name,
                sha256=checked.sha256,
                storage_key=key,
                organisation_id=actor.organisation_id,
                created_by_id=actor.user_id,
                created_by_label=actor.label[:200],
                created_at=clock.now(),
            )
            source.job_id = enqueue(CHECK_JOB, {"source": source.pk}, actor=actor).pk
            source.save(update_fields=["job_id"])
    except BaseException:
        delete_file(key)
        raise
    return source


def read_now(source: Import, actor: Actor) -> None:
    """Read the file of ``source`` if that was not done, and forget it: its lines are to be checked, or it is refused.

    Taken again after an interruption, it begins anew. Raises ``NotAllowed``.
    """
    if source.state != ImportState.LECTURE:
        return
    kind = kind_for(source.kind, actor)
    _delete_lines(source)
    table, refusal = None, ""
    try:
        with default_storage.open(source.storage_key) as stored:
            table = read_table(File(stored, name=source.filename), kind)
    except FileNotFoundError:
        refusal = "Le fichier n’est plus là : déposez-le de nouveau."
    except InvalidInput as error:
        refusal = error.message
    for start in range(0, len(table.lines) if table else 0, STORED_CHUNK):
        ImportLine.objects.bulk_create(
            ImportLine(source=source, number=number, cells=cells)
            for number, cells in table.lines[start : start + STORED_CHUNK]
        )
    with transaction.atomic():
        locked = lock(source)
        if locked.state == ImportState.LECTURE:
            locked.refusal = refusal
            locked.state = ImportState.REFUSE if table is None else ImportState.VERIFICATION
            locked.finished_at = clock.now() if table is None else None
            if table is not None:
                locked.columns, locked.ignored, locked.notices = table.columns, table.ignored, table.notices
        locked.save()
    _forget_file(locked)
    if locked.state == ImportState.ABANDONNE:  # meanwhile
        _delete_lines(locked)
    source.refresh_from_db()


def _forget_file(source: Import) -> None:
    """Delete the file of ``source``, which is read, or will not be. The row first: the housekeeping finds the rest."""
    if key := source.storage_key:
        Import.objects.filter(pk=source.pk).update(storage_key="")
        delete_file(key)


def same_file(source: Import) -> Import | None:
    """The last import of this organisation that wrote the very same file, if any."""
    return (
        Import.objects.filter(
            kind=source.kind,
            sha256=source.sha256,
            organisation_id=source.organisation_id,
            state=ImportState.TERMINE,
            pk__lt=source.pk,
        )
        .order_by("-pk")
        .first()
    )


# --- Checking -------------------------------------------------------------------------------------------------------


def check_lines(run: JobRun, source: Import) -> None:
    """Read the file and check every line, in the background."""
    if source.state in (ImportState.LECTURE, ImportState.VERIFICATION):
        check_now(source, run.requester, run.progress)


def check_now(source: Import, actor: Actor, progress: Callable[[int, int, str], None] = lambda *told: None) -> None:
    """Read the file, then check every line. It is checked whole: a line is compared with those before it.

    ``progress`` is told (lines done, lines in all, message) and may raise to stop. Raises ``NotAllowed``.
    """
    progress(0, 0, "Lecture du fichier")
    read_now(source, actor)
    if source.state != ImportState.VERIFICATION:
        return
    checker = Checker(kind_for(source.kind, actor), actor, source.columns)
    total = source.lines.count()
    for done, lines in _chunks(source.lines.order_by("number")):
        progress(done, total, "Vérification des lignes")
        for line, found in zip(lines, checker.check_many(lines), strict=True):
            line.verdict = found.verdict
            line.errors, line.doubts, line.changes = found.errors, found.doubts, found.changes
            line.remarks = found.remarks
            line.doubtful = bool(found.doubts)
            line.object_id = found.object.pk if found.object is not None else None
        with transaction.atomic():
            _store(lines, ("verdict", "errors", "doubts", "remarks", "changes", "doubtful", "object_id"))
    with transaction.atomic():
        locked = lock(source)
        if locked.state == ImportState.VERIFICATION:
            locked.state = ImportState.APERCU
            locked.counts = count_lines(locked)
            locked.save(update_fields=["state", "counts"])
    progress(total, total, "Les lignes sont vérifiées.")


def _chunks(queryset: QuerySet) -> Iterator[tuple[int, list[ImportLine]]]:
    """(how many before, the next lines), in the order of the file."""
    done, after = 0, 0
    while lines := list(queryset.filter(number__gt=after)[:CHUNK]):
        yield done, lines
        done += len(lines)
        after = lines[-1].number


def count_lines(source: Import) -> dict[str, int]:
    """The numbers of lines: by verdict, to write, doubtful, by issue. Once the lines are gone, those kept."""
    counted = source.lines.aggregate(
        total=Count("pk"),
        doubtful=Count("pk", filter=Q(doubtful=True)),
        refused=Count("pk", filter=Q(issue=Issue.REFUSEE)),
        created=Count("pk", filter=Q(issue=Issue.CREEE)),
        updated=Count("pk", filter=Q(issue=Issue.MISE_A_JOUR)),
        settled=Count("pk", filter=Q(issue=Issue.INCHANGEE)),
        **{verdict.value: Count("pk", filter=Q(verdict=verdict)) for verdict in Verdict},
    )
    return counted if counted["total"] else source.counts


# --- Confirming, giving up ------------------------------------------------------------------------------------------


def confirm_import(source: Import, *, actor: Actor, include_doubtful: bool = False, choice: str = "") -> Import:
    """Have the good lines written in the background; with ``include_doubtful`` those that resemble a known object too.

    ``choice`` answers the question of the kind (its first answer by default). Raises ``NotAllowed``, ``StaleState``
    (confirmed or given up meanwhile), ``InvalidInput`` (nothing to write, an answer that does not exist).
    """
    asked = kind_for(source.kind, actor).choice
    answers = [code for code, _ in asked.answers] if asked else [""]
    choice = choice or answers[0]
    if choice not in answers:
        raise InvalidInput("Ce choix n’existe pas : rechargez la page puis recommencez.")
    with transaction.atomic():
        locked = lock(source)
        if locked.state != ImportState.APERCU:
            raise StaleState(f"Cet import n’attend plus votre accord : il est « {locked.get_state_display()} ».")
        locked.include_doubtful = include_doubtful
        locked.choice = choice
        if not to_write(locked).exists():
            raise InvalidInput("Aucune ligne n’est à importer : corrigez le fichier, puis déposez-le de nouveau.")
        locked.state = ImportState.ECRITURE
        locked.job_id = enqueue(WRITE_JOB, {"source": locked.pk}, actor=actor).pk
        locked.save(update_fields=["state", "job_id", "include_doubtful", "choice"])
    return locked


def cancel_import(source: Import, *, actor: Actor) -> Import:
    """Give the import up before anything was written: its lines are deleted at once. Raises ``StaleState``."""
    with transaction.atomic():
        locked = lock(source)
        if locked.state not in (ImportState.APERCU, ImportState.VERIFICATION, ImportState.LECTURE):
            raise StaleState(f"Cet import ne s’abandonne plus : il est « {locked.get_state_display()} ».")
        locked.state = ImportState.ABANDONNE
        locked.counts = count_lines(locked)
        locked.finished_at = clock.now()
        locked.save(update_fields=["state", "counts", "finished_at"])
    _forget_file(locked)
    _delete_lines(locked)
    return locked


def to_write(source: Import) -> QuerySet[ImportLine]:
    """The lines that remain to be written."""
    lines = source.lines.filter(issue="", verdict__in=[Verdict.NOUVELLE, Verdict.MODIFIEE])
    return lines if source.include_doubtful else lines.filter(doubtful=False)


# --- Writing --------------------------------------------------------------------------------------------------------


def write_lines(run: JobRun, source: Import) -> None:
    """Write the lines that remain; run in the background, taken again from where it stopped."""
    if source.state != ImportState.ECRITURE:
        return
    actor = run.requester
    kind = kind_for(source.kind, actor)
    # Checked afresh: what was true at the preview may not be any more.
    checker = Checker(kind, actor, source.columns, compare=False)
    remaining = to_write(source).count()
    settled = source.lines.exclude(issue="").count()
    total = remaining + settled
    while lines := list(to_write(source).order_by("number")[:CHUNK]):
        run.progress(settled, total, "Import des lignes")
        findings = checker.check_many(lines)
        start = 0
        while start < len(lines):
            run.check()
            start += _write_some(kind, actor, source, list(zip(lines, findings, strict=True))[start:])
        settled += len(lines)
    with transaction.atomic():
        locked = lock(source)
        locked.state = ImportState.TERMINE
        locked.finished_at = clock.now()
        locked.counts = count_lines(locked)
        locked.save(update_fields=["state", "finished_at", "counts"])
    run.progress(total, total, "L’import est terminé.")


def _write_some(kind: ImportKind, actor: Actor, source: Import, pairs: list[tuple[ImportLine, Any]]) -> int:
    """Write lines in one transaction, until half a second has passed; returns how many."""
    begun = time.monotonic()
    done: list[ImportLine] = []
    with transaction.atomic():
        # Another worker may have taken the job meanwhile: what it settled is not written twice.
        pks = [line.pk for line, _ in pairs]
        free = {line.pk for line in lock_rows(ImportLine.objects.filter(pk__in=pks, issue="").only("pk"))}
        seen = 0
        for line, found in pairs:
            seen += 1
            if line.pk in free:
                _write_one(kind, actor, source, line, found)
                done.append(line)
            if time.monotonic() - begun > TRANSACTION_SECONDS:
                break
        _store(done, ("issue", "errors", "object_id"))
    return seen


def _store(lines: list[ImportLine], names: tuple[str, ...]) -> None:
    """Record these fields of lines: what ``bulk_update`` does, without its expressions, slow to build."""
    fields = [ImportLine._meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    assigned = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    rows = [
        (*(field.get_db_prep_save(getattr(line, field.attname), connection) for field in fields), line.pk)
        for line in lines
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(ImportLine._meta.db_table)} SET {assigned} WHERE {quote('id')} = %s",  # noqa: S608
            rows,
        )


def _write_one(kind: ImportKind, actor: Actor, source: Import, line: ImportLine, found: Any) -> None:
    if found.verdict == Verdict.ERREUR:
        line.issue, line.errors = Issue.REFUSEE, found.errors
        return
    if found.verdict == Verdict.INCHANGEE:
        line.issue, line.object_id = Issue.INCHANGEE, found.object.pk
        return
    try:
        with transaction.atomic():
            written = kind.write(
                found.object, found.values, actor, reason=f"Import de « {source.filename} », ligne {line.number}"
            )
            kind.written(written, source, actor)
    except DomainError as error:
        line.issue, line.errors = Issue.REFUSEE, error.reasons or [error.message]
    except ValidationError as error:
        line.issue, line.errors = Issue.REFUSEE, list(error.messages)
    except IntegrityError:
        line.issue = Issue.REFUSEE
        line.errors = ["Une fiche qui porte le même numéro vient d’être enregistrée : vérifiez cette ligne."]
    else:
        line.issue = Issue.MISE_A_JOUR if found.object is not None else Issue.CREEE
        line.object_id = written.pk


# --- The file of errors, housekeeping -------------------------------------------------------------------------------


def faulty_lines(source: Import) -> QuerySet[ImportLine]:
    """The lines that were not, or will not be, imported as they are: wrong, refused, or doubtful and left out."""
    faulty = Q(verdict=Verdict.ERREUR) | Q(issue=Issue.REFUSEE)
    if not source.include_doubtful:
        faulty |= Q(doubtful=True, issue="")
    return source.lines.filter(faulty).order_by("number")


def error_table(source: Import) -> tuple[list[str], Iterator[list[str]]]:
    """Headings and rows of the file of errors: the cells as they were read, and what is wrong with each line."""
    kind = IMPORTS.get(source.kind)
    if kind is None:
        raise LookupError(source.kind)
    header = [kind.column(name).heading for name in source.columns]
    return [*header, ERROR_HEADING], (
        [*(line.cells.get(name, "") for name in source.columns), " ".join(line.errors or doubt_sentences(line.doubts))]
        for line in faulty_lines(source).iterator(chunk_size=CHUNK)
    )


def doubt_sentences(doubts: list[str]) -> list[str]:
    """What to say of a line that resembles what is known."""
    if not doubts:
        return []
    return [f"Ressemble à {' et à '.join(doubts)} : vérifiez que ce n’est pas la même fiche."]


def prune_imports(*, check: Callable[[], None] = lambda: None) -> int:
    """Delete the lines of the imports of more than 30 days (they hold personal data), and forget unfinished ones.

    What was counted stays. Returns how many imports were emptied.
    """
    old = Import.objects.filter(
        Q(lines__isnull=False) | ~Q(storage_key=""), created_at__lt=clock.now() - dt.timedelta(days=KEPT_DAYS)
    ).distinct()
    emptied = 0
    for source in list(old):
        check()
        with transaction.atomic():
            locked = lock(source)
            locked.counts = count_lines(locked)
            if locked.state != ImportState.TERMINE:
                locked.state = ImportState.ABANDONNE
                locked.finished_at = clock.now()
            locked.save(update_fields=["counts", "state", "finished_at"])
        _forget_file(locked)
        _delete_lines(locked)
        emptied += 1
    return emptied


def _delete_lines(source: Import) -> None:
    while pks := list(source.lines.values_list("pk", flat=True)[:STORED_CHUNK]):
        ImportLine.objects.filter(pk__in=pks).delete()


def give_up_if_gone(pk: int) -> Import:
    """The import of a job. Raises ``GiveUp`` when it is not there any more."""
    source = Import.objects.filter(pk=pk).first()
    if source is None:
        raise GiveUp("Cet import n’existe plus.")
    return source
