"""A PostgreSQL for the tests: one of their own, gone at the end, or the one that is there."""

from __future__ import annotations

import getpass
import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console import note

#: A crash may lose this server: it holds nothing.
_HASTE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def running_postgres() -> str | None:
    """The address of the PostgreSQL of 127.0.0.1 where one may create databases without a password."""
    import psycopg2

    for role in dict.fromkeys([getpass.getuser(), "postgres", "root"]):
        url = f"postgres://{role}@127.0.0.1:5432/postgres"
        try:
            connection = psycopg2.connect(url, connect_timeout=3)
        except psycopg2.Error:
            continue
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
            may = cursor.fetchone()[0]
        connection.close()
        if may:
            return url
    return None


def binaries() -> Path | None:
    """The newest directory holding initdb and pg_ctl."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    if found:
        return Path(max(found, key=lambda path: float(Path(path).parts[4]))).parent
    which = shutil.which("initdb")
    return Path(which).resolve().parent if which else None


def _unprivileged() -> dict:
    """How to leave root, whom PostgreSQL refuses; nothing for anybody else."""
    if os.geteuid() != 0:
        return {}
    names = {person.pw_name: person for person in pwd.getpwall()}
    person = names.get("postgres") or names["nobody"]
    return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}


@contextmanager
def passing_postgres(installed: Path) -> Iterator[str]:
    """A server in a temporary directory, gone at the end; yields its address. ``CalledProcessError`` if it fails."""
    who = _unprivileged()
    home = Path(tempfile.mkdtemp(prefix="dla-pg-"))
    if who:
        os.chown(home, who["user"], who["group"])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": home, **_HASTE}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    control = [installed / "pg_ctl", "-D", home / "data", "-s", "-w"]
    quiet = {"check": True, "cwd": home, "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, **who}
    try:
        initdb = [installed / "initdb", "-D", home / "data", "-U", "dla", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run([*initdb, "--locale=C.UTF-8"], **quiet)
        subprocess.run([*control, "-l", home / "server.log", "-o", options, "start"], **quiet)
        yield f"postgres://dla@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **{**quiet, "check": False, "stderr": subprocess.DEVNULL})
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def a_postgres() -> Iterator[str | None]:
    """DATABASE_URL_TEST, else a passing server, else the one that is there; ``None`` when there is none at all."""
    given = os.environ.get("DATABASE_URL_TEST")
    installed = binaries()
    if given:
        note("celui de DATABASE_URL_TEST")
        yield given
    elif installed:
        note(f"un serveur passager ({installed}), effacé à la fin")
        with passing_postgres(installed) as url:
            yield url
    else:
        url = running_postgres()
        note("celui qui est là" if url else "aucun")
        yield url
