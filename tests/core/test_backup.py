"""Backup and restore, rehearsed on the database of the run (SQLite or PostgreSQL), with real processes."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from core import backup as backup_module
from core.backup import BackupError

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]
ROOT = Path(__file__).resolve().parent.parent.parent

FILL = """
from django.db import transaction
from core import journal, outbox
from core.actor import Actor
from core.jobs import enqueue
from accounts.models import User
from pathlib import Path
from django.conf import settings
actor = Actor.system("essai")
journal.register_verbs({"essai.cree": "a créé"})
with transaction.atomic():
    user = User.objects.create_user("camille@example.org", "un mot de passe", first_name="Éloïse ‘’ \\U0001f33b")
    journal.record(actor, "essai.cree", user)
outbox.queue_mail("essai/nouvelle", to="camille@example.org", context={"n": 1}, actor=actor)
enqueue("essai.bref", {"path": "x"}, actor=actor)
root = Path(settings.MEDIA_ROOT)
(root / "pieces" / "é").mkdir(parents=True)
(root / "pieces" / "é" / "note à part.txt").write_text("contenu")
(root / "gros.bin").write_bytes(bytes(range(256)) * 9000)
"""

READ = """
import hashlib, json
from django.conf import settings
from django.db import connection, transaction
from pathlib import Path
from accounts.models import User
from core.models import Job, JournalEntry, OutboxMail
root = Path(settings.MEDIA_ROOT)
refused = 0
for write in ("UPDATE core_journalentry SET reason = 'x'", "DELETE FROM core_journalentry"):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(write)
    except Exception as error:
        refused += "le journal ne se modifie pas" in str(error)
print("LU" + json.dumps({
    "people": list(User.objects.order_by("email").values_list("email", "first_name")),
    "journal": list(JournalEntry.objects.values_list("verb", flat=True)),
    "refused": refused,
    "mails": list(OutboxMail.objects.values_list("state", "message_id")),
    "jobs": list(Job.objects.order_by("pk").values_list("state", flat=True)),
    "files": {
        str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in root.rglob("*") if p.is_file()
    } if root.exists() else {},
    "next": User.objects.create_user("suivant@example.org").pk,
}))
User.objects.filter(email="suivant@example.org").delete()
"""


RESTORE_EACH = """
import json, os
from django.core.management import CommandError, call_command
told = []
for path in json.loads(os.environ["ARCHIVES"]):
    try:
        call_command("restore", path, verbosity=0)
        told.append("")
    except CommandError as error:
        told.append(str(error))
print("REFUS" + json.dumps(told))
"""


class House:
    """An installation: its database, its files, its commands."""

    def __init__(self, database: str, directory: Path):
        self.database = database
        self.directory = directory
        self.media = directory / "media"
        directory.mkdir(exist_ok=True)

    def manage(self, *arguments: str, ok: bool = True, **env: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.core.process_settings",
                "ESSAI_DATABASE": self.database,
                "ESSAI_MEDIA_ROOT": str(self.media),
                "LOG_LEVEL": "ERROR",
                **env,
            },
        )
        assert (done.returncode == 0) is ok, done.stdout + done.stderr
        return done.stdout + done.stderr

    def migrate(self) -> None:
        self.manage("migrate", "-v0", "--skip-checks")

    def fill(self) -> None:
        self.manage("shell", "-v0", "-c", FILL)

    def read(self) -> dict:
        out = self.manage("shell", "-v0", "-c", READ)
        return json.loads(out.split("LU", 1)[1].splitlines()[0])


@pytest.fixture(scope="module")
def new_house(tmp_path_factory, django_db_blocker) -> Iterator[Callable[..., House]]:
    """``new_house()``: an installation with an empty database of its own, or with a copy of that of ``like``."""
    databases: list[str] = []

    def execute(statement: str) -> None:
        import psycopg2

        parameters = {**connection.get_connection_params(), "dbname": "postgres"}
        for key in ("cursor_factory", "context"):
            parameters.pop(key, None)
        with closing(psycopg2.connect(**parameters)) as server:
            server.autocommit = True
            with server.cursor() as cursor:
                cursor.execute(statement)

    def make(like: House | None = None) -> House:
        directory = tmp_path_factory.mktemp("maison")
        if connection.vendor == "sqlite":
            if like is not None:
                shutil.copyfile(like.database, directory / "base.sqlite3")
            return House(str(directory / "base.sqlite3"), directory)
        name = f"dla_sauvegarde_{os.getpid()}_{len(databases)}"
        with django_db_blocker.unblock():
            execute(f'DROP DATABASE IF EXISTS "{name}"')
            execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{like.database}"' if like else ""))
        databases.append(name)
        return House(name, directory)

    yield make
    with django_db_blocker.unblock():
        for name in databases:
            execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def migrated(new_house) -> House:
    """An installation where nothing was written yet; copied, never written to."""
    house = new_house()
    house.migrate()
    return house


@pytest.fixture(scope="module")
def filled(migrated, new_house) -> House:
    house = new_house(like=migrated)
    house.fill()
    return house


@pytest.fixture(scope="module")
def archive(filled, tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("sauvegardes")
    told = filled.manage("backup", str(directory))
    (path,) = directory.iterdir()
    assert path.name in told
    assert "2 fichier(s)" in told
    assert path.stat().st_mode & 0o077 == 0
    return path


def rewrite(source: Path, target: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> Path:
    """Copy an archive, changing (or leaving out) its members."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            changed = change(member.name, old.extractfile(member).read())
            if changed is not None:
                info = tarfile.TarInfo(changed[0])
                info.size = len(changed[1])
                new.addfile(info, io.BytesIO(changed[1]))
    return target


def test_what_was_saved_comes_back_whole_in_an_empty_house(filled, archive, new_house):
    before = filled.read()
    house = new_house()
    told = house.manage("restore", str(archive))
    assert "1 courrier(s) et 2 tâche(s)" in told
    after = house.read()
    assert after["people"] == before["people"] == [["camille@example.org", "Éloïse ‘’ \U0001f33b"]]
    assert after["journal"] == ["essai.cree"]
    assert after["files"] == before["files"]
    assert set(after["files"]) == {"gros.bin", "pieces/é/note à part.txt"}
    assert after["refused"] == 2, "le journal restauré se protège"
    assert after["next"] >= before["next"], "les numéros continuent"
    # What waited at that date may have left since: a person decides.
    assert [state for state, _ in after["mails"]] == ["echec"]
    assert [message for _, message in after["mails"]] == [message for _, message in before["mails"]]
    assert after["jobs"] == ["echec", "echec"]


def test_a_house_that_holds_something_is_only_replaced_when_told_to(migrated, archive, new_house):
    house = new_house(like=migrated)
    house.manage(
        "shell", "-v0", "-c", "from accounts.models import User; User.objects.create_user('autre@example.org')"
    )
    assert "n’est pas vide" in house.manage("restore", str(archive), ok=False)
    assert [email for email, _ in house.read()["people"]] == ["autre@example.org"]
    assert not house.media.exists()
    house.manage("restore", str(archive), "--force", "--keep-pending")
    after = house.read()
    assert [email for email, _ in after["people"]] == ["camille@example.org"]
    assert [state for state, _ in after["mails"]] == ["en_attente"]
    assert after["refused"] == 2
    # And again, over itself: the restored house can be saved and restored like any other.
    second = house.directory / "seconde.tar.gz"
    house.manage("backup", str(second))
    house.manage("restore", str(second), "--force")
    assert house.read()["people"] == after["people"]


def test_nothing_is_restored_under_a_worker_that_works(migrated, archive, new_house):
    house = new_house(like=migrated)
    beat = "from core.models import WorkerBeat; WorkerBeat.objects.create(worker_id='w', host='h', pid=1)"
    house.manage("shell", "-v0", "-c", beat)
    assert "Un worker travaille" in house.manage("restore", str(archive), "--force", ok=False)
    assert house.read()["people"] == []


def test_an_archive_that_was_touched_is_refused_before_anything_changes(archive, new_house, tmp_path):
    house = new_house()
    dump = backup_module.DUMPS[connection.vendor]

    def flip(name: str, data: bytes) -> tuple[str, bytes]:
        return name, bytes([data[0] ^ 1]) + data[1:] if name == "fichiers/gros.bin" else data

    def newer(name: str, data: bytes) -> tuple[str, bytes]:
        if name != backup_module.MANIFEST:
            return name, data
        manifest = json.loads(data)
        manifest["migrations"].append("core.9999_demain")
        return name, json.dumps(manifest).encode()

    def other(name: str, data: bytes) -> tuple[str, bytes]:
        if name != backup_module.MANIFEST:
            return name, data
        return name, data.replace(f'"base": "{connection.vendor}"'.encode(), b'"base": "oracle"')

    truncated = tmp_path / "tronquee.tar"
    truncated.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    text = tmp_path / "texte.tar"
    text.write_text("bonjour")
    cases = [
        (rewrite(archive, tmp_path / "abimee.tar", flip), "fichiers/gros.bin"),
        (rewrite(archive, tmp_path / "amputee.tar", lambda n, d: None if n == dump else (n, d)), dump),
        (
            rewrite(archive, tmp_path / "sans.tar", lambda n, d: None if n == backup_module.MANIFEST else (n, d)),
            "pas une",
        ),
        (rewrite(archive, tmp_path / "future.tar", newer), "plus récente"),
        (rewrite(archive, tmp_path / "autre.tar", other), "oracle"),
        (truncated, "incomplète"),
        (text, "illisible"),
        (tmp_path / "absente.tar", "n’existe pas"),
    ]
    told = house.manage("shell", "-v0", "-c", RESTORE_EACH, ARCHIVES=json.dumps([str(path) for path, _ in cases]))
    refusals = json.loads(told.split("REFUS", 1)[1].splitlines()[0])
    for (path, said), refusal in zip(cases, refusals, strict=True):
        assert said in refusal, path.name
    assert cases[0][1] in house.manage("restore", str(cases[0][0]), ok=False)
    assert not house.media.exists()
    assert "core_job" not in house.manage("inspectdb")


def test_a_backup_never_replaces_another(filled, archive):
    assert "existe déjà" in filled.manage("backup", str(archive), ok=False)
    assert "n’existe pas" in filled.manage("backup", "/nulle/part/x.tar", ok=False)
    assert list(archive.parent.iterdir()) == [archive]


@pytest.mark.parametrize("name", ["../dehors", "/etc/dehors", "fichiers/../../dehors", "autre", "fichiers/x\x00"])
def test_an_archive_cannot_write_elsewhere(tmp_path, name):
    path = tmp_path / "mechante.tar"
    with tarfile.open(path, "w") as archive:
        info = tarfile.TarInfo(name)
        archive.addfile(info, io.BytesIO(b""))
    scratch = tmp_path / "ici"
    scratch.mkdir()
    with pytest.raises(BackupError):
        backup_module._unpack(path, scratch)
    assert not (tmp_path / "dehors").exists()


def test_an_archive_cannot_hold_a_link(tmp_path):
    path = tmp_path / "lien.tar"
    with tarfile.open(path, "w") as archive:
        info = tarfile.TarInfo("fichiers/lien")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)
    with pytest.raises(BackupError, match="autre chose que des fichiers"):
        backup_module._unpack(path, tmp_path)


def test_missing_postgresql_tools_are_named_in_plain_words(monkeypatch):
    monkeypatch.setenv("PATH", "/nulle-part")
    with pytest.raises(BackupError, match="pg_dump est introuvable"):
        backup_module._client_tool("pg_dump", [])


@pytest.mark.django_db(transaction=True)
def test_a_database_is_saved_while_it_is_written_to(tmp_path, settings):
    """The copy is one moment of the database, whatever is written meanwhile."""
    from accounts.models import User

    settings.MEDIA_ROOT = str(tmp_path / "media")
    User.objects.create_user("avant@example.org")
    path, manifest = backup_module.backup(tmp_path / "pendant.tar")
    User.objects.create_user("apres@example.org")
    assert set(manifest["sha256"]) == {backup_module.DUMPS[connection.vendor]}
    if connection.vendor == "sqlite":
        with tarfile.open(path) as archive:
            archive.extract("base.sqlite3", tmp_path, filter="data")
        with closing(sqlite3.connect(tmp_path / "base.sqlite3")) as copy:
            assert copy.execute("SELECT email FROM accounts_user").fetchall() == [("avant@example.org",)]
