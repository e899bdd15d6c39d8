"""Backup and restore: the database and the files in one tar archive, with a manifest that says and proves what it is.

The archive holds ``base.sqlite3`` (online backup API) or ``base.pgdump`` (``pg_dump`` custom format), the files under
``fichiers/`` and ``manifeste.json`` (versions, migrations, SHA-256 of every member). Nothing is restored before the
whole archive has been checked.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from core import clock, journal
from core.jobs.execution import stale_before
from core.models import Job, JobState, MailState, OutboxMail, WorkerBeat

FORMAT = 1
MANIFEST = "manifeste.json"
FILES = "fichiers/"
DUMPS = {"sqlite": "base.sqlite3", "postgresql": "base.pgdump"}
BLOCK = 1024 * 1024
SUSPENDED = (
    "Suspendu par la restauration d’une sauvegarde : relancez-le s’il n’était pas parti après la date de la sauvegarde."
)

#: Tables that every fresh installation fills by itself: they do not make a database « not empty ».
_TECHNICAL_APPS = {"contenttypes", "sessions"}
_TECHNICAL_MODELS = {"auth.permission", "core.workerbeat", "core.scheduledrun"}


class BackupError(Exception):
    """What prevents a backup or a restore, in French, with what to do."""


# --- Common ---------------------------------------------------------------------------------------------------------


def _sha256(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := stream.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _file_sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return _sha256(stream)


def _media_root() -> Path | None:
    """The directory of the files, or ``None`` when they are in an object storage, which has backups of its own."""
    local = settings.STORAGES["default"]["BACKEND"] == "django.core.files.storage.FileSystemStorage"
    return Path(settings.MEDIA_ROOT) if local else None


def _client_tool(name: str, arguments: list[str], **options: Any) -> subprocess.CompletedProcess:
    """Run a PostgreSQL client tool on the default database. Raises ``BackupError`` in plain words."""
    path = shutil.which(name)
    if path is None:
        raise BackupError(
            f"L’outil {name} est introuvable. Installez le client de PostgreSQL, de la version du serveur ou d’une "
            "plus récente (Debian, Ubuntu : apt install postgresql-client)."
        )
    parameters = connection.settings_dict
    env = {"PGDATABASE": parameters["NAME"], "PGCLIENTENCODING": "UTF8"}
    for variable, key in (("PGUSER", "USER"), ("PGPASSWORD", "PASSWORD"), ("PGHOST", "HOST"), ("PGPORT", "PORT")):
        if parameters.get(key):
            env[variable] = str(parameters[key])
    for variable, key in (("PGSSLMODE", "sslmode"), ("PGSSLROOTCERT", "sslrootcert"), ("PGSERVICE", "service")):
        if key in parameters.get("OPTIONS", {}):
            env[variable] = str(parameters["OPTIONS"][key])
    done = subprocess.run(  # noqa: S603 (fixed program, arguments of ours)
        [path, *arguments], env={**os.environ, **env}, stderr=subprocess.PIPE, check=False, **options
    )
    if done.returncode != 0:
        detail = done.stderr.decode(errors="replace").strip()[-2000:]
        raise BackupError(f"{name} a échoué (code {done.returncode}) :\n{detail}")
    return done


# --- Backup ---------------------------------------------------------------------------------------------------------


def _dump_sqlite(target: Path) -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy, pages=2000, sleep=0.01)
        copy.execute("PRAGMA journal_mode=DELETE")


def _dump_postgresql(target: Path) -> None:
    _client_tool("pg_dump", ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"])


def _walk(root: Path) -> Iterator[Path]:
    for directory, _, names in sorted(os.walk(root)):
        for name in sorted(names):
            path = Path(directory) / name
            if path.is_file() and not path.is_symlink():
                yield path


def _manifest() -> dict[str, Any]:
    loader = MigrationLoader(connection)
    return {
        "format": FORMAT,
        "application": "DLA Ingénierie",
        "cree_le": clock.now().isoformat(),
        "base": connection.vendor,
        "versions": {
            "django": django.get_version(),
            "serveur": ".".join(str(part) for part in connection.get_database_version()),
        },
        "migrations": sorted(".".join(key) for key in loader.applied_migrations),
        "fichiers": "inclus" if _media_root() else "non inclus (stockage objet)",
        "sha256": {},
    }


def backup(destination: Path) -> tuple[Path, dict[str, Any]]:
    """Write the archive; returns its path and its manifest.

    ``destination`` is a file to write (``.tar``, or ``.tar.gz`` to compress) or a directory, where the name then says
    the date. An archive appears whole or not at all. The application may go on working meanwhile. Raises
    ``BackupError``.
    """
    if destination.is_dir():
        destination = destination / f"dla-ingenierie-{clock.now():%Y%m%d-%H%M%S}.tar"
    if destination.exists():
        raise BackupError(f"{destination} existe déjà : une sauvegarde n’en remplace pas une autre.")
    if not destination.parent.is_dir():
        raise BackupError(f"Le dossier {destination.parent} n’existe pas.")
    partial = destination.with_name(destination.name + ".partiel")
    mode: Any = "w:gz" if destination.suffix in {".gz", ".tgz"} else "w"
    manifest = _manifest()
    sums: dict[str, str] = manifest["sha256"]
    try:
        with tempfile.TemporaryDirectory(prefix="dla-sauvegarde-", dir=destination.parent) as scratch:
            dump = Path(scratch) / DUMPS[connection.vendor]
            # The database first: a file it knows is already on the disk when the files are copied.
            {"sqlite": _dump_sqlite, "postgresql": _dump_postgresql}[connection.vendor](dump)
            with partial.open("xb") as raw:
                os.chmod(partial, 0o600)
                with tarfile.open(fileobj=raw, mode=mode, format=tarfile.PAX_FORMAT) as archive:
                    _add(archive, dump, dump.name, sums)
                    root = _media_root()
                    if root is not None and root.is_dir():
                        for path in _walk(root):
                            _add(archive, path, FILES + path.relative_to(root).as_posix(), sums)
                    text = Path(scratch) / MANIFEST
                    text.write_text(json.dumps(manifest, ensure_ascii=False, indent=2), encoding="utf-8")
                    archive.add(text, arcname=MANIFEST)
                raw.flush()
                os.fsync(raw.fileno())
        partial.rename(destination)
    finally:
        partial.unlink(missing_ok=True)
    return destination, manifest


def _add(archive: tarfile.TarFile, path: Path, name: str, sums: dict[str, str]) -> None:
    """Add one file under ``name``; one deleted meanwhile by the housekeeping is left out."""
    try:
        sums[name] = _file_sha256(path)
        archive.add(path, arcname=name, recursive=False)
    except FileNotFoundError:
        sums.pop(name, None)


# --- Restore --------------------------------------------------------------------------------------------------------


def _safe_name(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and (name in {*DUMPS.values()} or name.startswith(FILES))


def _unpack(source: Path, scratch: Path) -> dict[str, Any]:
    """Extract the archive under ``scratch`` and check every member against the manifest, which is returned."""
    seen: dict[str, str] = {}
    manifest: dict[str, Any] | None = None
    try:
        with tarfile.open(source, "r:*") as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isfile() else None
                if stream is None:
                    raise BackupError(f"L’archive contient autre chose que des fichiers : {member.name}")
                if member.name == MANIFEST:
                    manifest = json.loads(stream.read())
                    continue
                if not _safe_name(member.name):
                    raise BackupError(f"L’archive contient un nom de fichier inattendu : {member.name}")
                target = scratch / member.name
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("xb") as out:
                    shutil.copyfileobj(stream, out, BLOCK)
                seen[member.name] = _file_sha256(target)
    except (tarfile.TarError, EOFError, json.JSONDecodeError, OSError) as error:
        raise BackupError(f"L’archive est illisible ou incomplète : {error}") from error
    if manifest is None or manifest.get("format") != FORMAT:
        raise BackupError("Cette archive n’est pas une sauvegarde de DLA Ingénierie, ou elle est incomplète.")
    if seen != manifest["sha256"]:
        wrong = sorted(name for name in {*seen, *manifest["sha256"]} if seen.get(name) != manifest["sha256"].get(name))
        raise BackupError(f"L’archive est abîmée : l’empreinte ne correspond pas pour {', '.join(wrong[:5])}.")
    return manifest


def _check_fits(manifest: dict[str, Any]) -> None:
    """Is the archive for this kind of database, and not of a more recent version?"""
    if manifest["base"] != connection.vendor:
        raise BackupError(
            f"Cette sauvegarde vient de {manifest['base']}, la base actuelle est {connection.vendor} : "
            "indiquez dans DATABASE_URL une base du même genre."
        )
    known = {".".join(key) for key in MigrationLoader(None).disk_migrations}
    ours = {config.label for config in apps.get_app_configs()}
    newer = [name for name in manifest["migrations"] if name.split(".")[0] in ours and name not in known]
    if newer:
        raise BackupError(
            "Cette sauvegarde vient d’une version plus récente de l’application "
            f"({', '.join(newer[:3])}) : installez d’abord cette version."
        )


def filled_tables() -> list[str]:
    """Tables that already hold something, technical ones apart."""
    present = set(connection.introspection.table_names())
    return [
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.managed
        and model._meta.db_table in present
        and model._meta.app_label not in _TECHNICAL_APPS
        and model._meta.label_lower not in _TECHNICAL_MODELS
        and model._base_manager.exists()
    ]


def _restore_sqlite(dump: Path) -> None:
    with closing(sqlite3.connect(f"file:{dump}?mode=ro", uri=True)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupError("La base contenue dans l’archive est abîmée.")
        connection.ensure_connection()
        try:
            copy.backup(connection.connection)
        except sqlite3.OperationalError as error:
            raise BackupError(f"La base est occupée ({error}) : arrêtez le serveur web et le worker.") from error
    connection.close()


_EMPTY_POSTGRESQL = """
SET lock_timeout = '10s';
DO $$
DECLARE thing record;
BEGIN
  FOR thing IN SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
  LOOP EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', thing.name); END LOOP;
  FOR thing IN SELECT p.oid::regprocedure AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public' AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  LOOP EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', thing.name); END LOOP;
END $$;
"""


def _restore_postgresql(dump: Path) -> None:
    """Empty the schema and load the dump in one transaction: all or nothing."""
    connection.close()
    script = dump.with_suffix(".sql")
    _client_tool("pg_restore", ["--no-owner", "--no-privileges", f"--file={script}", str(dump)])
    first = dump.with_name("vider.sql")
    first.write_text(_EMPTY_POSTGRESQL, encoding="utf-8")
    _client_tool(
        "psql",
        [
            "--no-psqlrc",
            "--quiet",
            "--single-transaction",
            "--set=ON_ERROR_STOP=1",
            f"--file={first}",
            f"--file={script}",
        ],
        stdout=subprocess.DEVNULL,
    )


def _restore_files(scratch: Path) -> int:
    """Put the files of the archive in place, each whole; files that the archive does not know are left alone."""
    root = _media_root()
    source = scratch / FILES.rstrip("/")
    if root is None or not source.is_dir():
        return 0
    count = 0
    for path in _walk(source):
        target = root / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(target.name + ".partiel")
        shutil.copyfile(path, partial)
        partial.replace(target)
        count += 1
    return count


@transaction.atomic
def _suspend_pending() -> dict[str, int]:
    """What was waiting at the date of the backup may have been done since: leave the decision to a person."""
    mails = OutboxMail.objects.filter(state=MailState.EN_ATTENTE).update(state=MailState.ECHEC, error=SUSPENDED)
    jobs = Job.objects.filter(state__in=[JobState.EN_ATTENTE, JobState.EN_COURS]).update(
        state=JobState.ECHEC, error=SUSPENDED, finished_at=clock.now()
    )
    return {"courriers": mails, "taches": jobs}


def restore(source: Path, *, force: bool = False, keep_pending: bool = False) -> dict[str, Any]:
    """Put an archive in place of the present database and files, then bring it to the present version.

    A database that holds something is refused without ``force``. Mails and jobs that were waiting are suspended (they
    are found on the « Tâches et courriers » page) unless ``keep_pending``. Returns the manifest with ``restaure``
    (counts). Raises ``BackupError``; the database is then as it was.
    """
    if not source.is_file():
        raise BackupError(f"{source} n’existe pas.")
    with tempfile.TemporaryDirectory(prefix="dla-restauration-") as name:
        scratch = Path(name)
        manifest = _unpack(source, scratch)
        _check_fits(manifest)
        tables = connection.introspection.table_names()
        if "core_workerbeat" in tables and WorkerBeat.objects.filter(seen_at__gte=stale_before()).exists():
            raise BackupError("Un worker travaille sur cette base : arrêtez-le (et le web), puis recommencez.")
        filled = filled_tables()
        if filled and not force:
            raise BackupError(
                f"La base n’est pas vide ({len(filled)} tables remplies, dont {filled[0]}). "
                "Ajoutez --force pour la remplacer : ce qu’elle contient sera perdu."
            )
        dump = scratch / DUMPS[connection.vendor]
        {"sqlite": _restore_sqlite, "postgresql": _restore_postgresql}[connection.vendor](dump)
        files = _restore_files(scratch)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    journal.install_triggers()
    WorkerBeat.objects.all().delete()  # those of that time
    suspended = {"courriers": 0, "taches": 0} if keep_pending else _suspend_pending()
    return {**manifest, "restaure": {"fichiers": files, "suspendus": suspended}}
