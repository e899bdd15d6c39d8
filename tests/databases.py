"""The databases of a run: some prepared once, and the one each process works in, copied from them.

``LISTS`` holds what a real installation starts with (migrations, reference lists, methodology), ``DEMONSTRATION`` the
demonstration besides. A copy costs less than a migration, and less than emptying two hundred tables.
"""

from __future__ import annotations

import datetime as dt
import io
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg2
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from psycopg2 import sql

LISTS = "listes"
DEMONSTRATION = "demonstration"
#: The day it is loaded: a Monday, three months after the one its files are written for.
DEMO_DAY = dt.datetime(2027, 2, 8, 9, 30, tzinfo=dt.UTC)


def name_of(prepared: str) -> str:
    """The database prepared under this name, or a process's own: beside the test database of the settings."""
    named = Path(settings.DATABASES["default"]["TEST"]["NAME"])
    return str(named.with_stem(f"{named.stem}_{prepared}"))


def prepare_lists(*, keep: bool) -> None:
    """Make ``LISTS``, or bring the one of a former run up to date.

    A new one is made from the models, in a quarter of the time; ``makemigrations --check`` says that the migrations make
    the same, and tests/core/test_backup.py runs them.
    """
    named = settings.DATABASES["default"]["TEST"]
    new = not (keep and exists(name_of(LISTS)))
    kept, named["NAME"], named["MIGRATE"] = named["NAME"], name_of(LISTS), not new
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=keep)
    finally:
        named["NAME"] = kept
    if new:
        call_command("migrate", fake=True, verbosity=0)
    for command in ("load_referentiels", "load_methodologie"):
        call_command(command, verbosity=0, stdout=io.StringIO())
    connections.close_all()


def prepare_demonstration(*, keep: bool) -> None:
    """Make ``DEMONSTRATION`` from the database in use, where nothing but the lists is; or keep that of a former run."""
    if keep and exists(name_of(DEMONSTRATION)):
        return
    with time_machine.travel(DEMO_DAY, tick=False):
        call_command("load_demo", verbosity=0)
    copy(settings.DATABASES["default"]["NAME"], name_of(DEMONSTRATION))


def work_in(own: str, prepared: str = LISTS) -> None:
    """Let this process work in its ``own`` copy of what is prepared; a former copy is lost."""
    copy(name_of(prepared), name_of(own))
    settings.DATABASES["default"]["NAME"] = name_of(own)


def copy(source: str, target: str) -> None:
    """Make ``target`` the same as ``source``; whoever is connected to it is cut off."""
    connections.close_all()
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
            read.backup(written)
        return
    drop(target)
    _on_the_server("CREATE DATABASE {} TEMPLATE {}", target, source)


def exists(name: str) -> bool:
    if connection.vendor == "sqlite":
        return Path(name).exists()
    with closing(_server()) as server, server.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def drop(name: str) -> None:
    """Nothing is left of this database."""
    connections.close_all()
    if connection.vendor == "sqlite":
        for end in ("", "-wal", "-shm"):
            Path(name + end).unlink(missing_ok=True)
    else:
        _on_the_server("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _on_the_server(statement: str, *names: str) -> None:
    with closing(_server()) as server, server.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _server() -> psycopg2.extensions.connection:
    """A connection from where databases are made and dropped."""
    server = psycopg2.connect(**{**connection.get_connection_params(), "dbname": "postgres"})
    server.autocommit = True
    return server
