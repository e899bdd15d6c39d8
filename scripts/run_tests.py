"""The whole suite: unit tests on SQLite and on PostgreSQL, browser and axe on PostgreSQL, one walk on SQLite.

Run by the Python of .venv. Arguments are handed to pytest (``-k words``, ``-x``…). Ends non-zero only
when tests failed; a part that could not run is told in a frame, last.
"""

from __future__ import annotations

import fcntl
import getpass
import glob
import hashlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from console import ROOT, VENV_PYTHON, Stop, apt_install, box, lasted, note, say

UNIT = "not browser and not walk"
COUNTS = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


def _usable(url: str) -> bool:
    """Can one sign in there and create databases?"""
    import psycopg2

    try:
        connection = psycopg2.connect(url, connect_timeout=3)
    except psycopg2.Error:
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
            return bool(cursor.fetchone()[0])
    finally:
        connection.close()


def suffix() -> str:
    """End of the names of the test databases: two clones on one machine do not take each other's."""
    return os.environ.get("TEST_DB_SUFFIX") or "_" + hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]


def drop_leftovers(url: str) -> None:
    """Drop the test databases that an interrupted run of this clone left, and the sessions that hold them."""
    import psycopg2
    from psycopg2 import sql

    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [f"test_dla{suffix()}"])
            for (name,) in cursor.fetchall():
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                    [name],
                )
                cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
    finally:
        connection.close()


def running_postgres() -> str | None:
    """The address of the PostgreSQL that is there: DATABASE_URL_TEST, else 127.0.0.1 without a password."""
    given = os.environ.get("DATABASE_URL_TEST", "")
    if given:
        if not _usable(given):
            note("DATABASE_URL_TEST ne mène pas à un PostgreSQL où créer une base.")
        return given if _usable(given) else None
    for role in dict.fromkeys([getpass.getuser(), "postgres", "root"]):
        url = f"postgres://{role}@127.0.0.1:5432/postgres"
        if _usable(url):
            return url
    return None


def _binaries() -> Path | None:
    """The newest directory holding initdb and postgres."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    if found:
        return Path(max(found, key=lambda path: float(Path(path).parts[4]))).parent
    which = shutil.which("initdb")
    return Path(which).resolve().parent if which and shutil.which("postgres") else None


def _unprivileged() -> dict:
    """How to leave root, whom PostgreSQL refuses; nothing for anybody else."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            person = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    return {}


@contextmanager
def throwaway_postgres(binaries: Path):
    """A PostgreSQL of our own in a temporary directory, gone at the end; yields its address."""
    who = _unprivileged()
    home = Path(tempfile.mkdtemp(prefix="dla-pg-"))
    server = None
    try:
        if who:
            os.chown(home, who["user"], who["group"])
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        data = home / "data"
        initdb = [binaries / "initdb", "-D", data, "-U", "dla", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run([*initdb, "--locale=C.UTF-8"], check=True, cwd=home, stdout=subprocess.DEVNULL, **who)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": home,
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "shared_buffers": "128MB",
        }  # a crash may lose this database: it holds nothing
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with open(home / "server.log", "wb") as log:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", data, *options],
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **who,
            )
        url = f"postgres://dla@127.0.0.1:{port}/postgres"
        limit = time.monotonic() + 30
        while not _usable(url):
            if server.poll() is not None or time.monotonic() > limit:
                raise RuntimeError((home / "server.log").read_text(errors="replace")[-2000:])
            time.sleep(0.2)
        yield url
    finally:
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGINT)  # fast shutdown
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
        shutil.rmtree(home, ignore_errors=True)


def find_postgres(stack: ExitStack) -> str | None:
    """A PostgreSQL: the one that is there, else one of our own, else ``None``."""
    url = running_postgres()
    if url:
        note("celui qui est là : " + re.sub(r":[^:@/]+@", ":…@", url))
        return url
    binaries = _binaries()
    if binaries is None:
        apt_install(["postgresql"], "PostgreSQL", required=False)
        binaries = _binaries()
    if binaries is None:
        return None
    try:
        url = stack.enter_context(throwaway_postgres(binaries))
    except (OSError, subprocess.CalledProcessError, RuntimeError) as error:
        note(f"PostgreSQL de {binaries} ne démarre pas : {error}")
        return None
    note(f"un PostgreSQL passager ({binaries}), effacé à la fin")
    return url


# --- The parts ------------------------------------------------------------------------------------------------------


def _relay(process: subprocess.Popen) -> str:
    """Print what pytest says as it comes, dots included; return its summary line."""
    last = ""
    line = b""
    while chunk := os.read(process.stdout.fileno(), 65536):
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        *lines, line = (line + chunk).split(b"\n")
        for whole in lines:
            text = re.sub(r"\x1b\[[0-9;]*m", "", whole.decode("utf-8", "replace"))
            if re.search(r"\d+ (passed|failed|error|skipped|deselected)|no tests ran", text):
                last = text
    return last


def _end(process: subprocess.Popen) -> None:
    """End pytest and its workers, which take their test databases away with them."""
    for number, patience in ((signal.SIGINT, 15), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, number)
            process.wait(patience)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def pytest_part(name: str, database: str, marks: str, options: list[str]) -> tuple[dict[str, int], int]:
    """Run pytest, its output as it comes; return its counts and its exit code."""
    env = dict(os.environ, APP_ENV="test", DATABASE_URL=database, PYTHONUNBUFFERED="1", TEST_DB_SUFFIX=suffix())
    env.pop("DJANGO_SETTINGS_MODULE", None)
    if database.startswith("postgres"):
        drop_leftovers(database)
    command = [str(VENV_PYTHON), "-m", "pytest", "-q", "--create-db", "-m", marks, *options, *sys.argv[1:]]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        last = _relay(process)
    except BaseException:
        _end(process)
        raise
    code = process.wait()
    counts = dict.fromkeys(COUNTS, 0)
    for number, key in re.findall(r"(\d+) (passed|failed|error|skipped|xfailed|xpassed)", last):
        counts[key] = int(number)
    if code == 5:
        say(f"    {name} : aucun test.")
        code = 0 if sys.argv[1:] else 5  # chosen tests may all lie in another part; a whole suite has some in each
    return counts, code


def main() -> None:
    started = time.monotonic()
    (ROOT / "var").mkdir(exist_ok=True)
    warnings: list[str] = []
    results: list[tuple[str, str, dict[str, int], int]] = []
    sqlite = f"sqlite:///{ROOT / 'var' / 'test-unused.sqlite3'}"  # the tests make their own beside it
    with ExitStack() as stack:
        lock = stack.enter_context(open(ROOT / "var" / "test.lock", "w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Stop("La suite tourne déjà dans ce dossier.") from None
        say("PostgreSQL")
        postgres = find_postgres(stack)
        if postgres and not (shutil.which("pg_dump") or _binaries()):
            apt_install(["postgresql-client"], "pg_dump, pour le test des sauvegardes", required=False)
        two = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]  # in the order of tests/conftest.py
        browsers = ["-n", "2", "--dist", "loadgroup"]  # see tests/browser/conftest.py
        parts: list[tuple[str, str | None, str, list[str]]] = [
            ("Tests unitaires sur SQLite", sqlite, UNIT, two),
            ("Tests unitaires sur PostgreSQL", postgres, UNIT, two),
            ("Navigateur, axe et parcours sur PostgreSQL", postgres, "browser or walk", browsers),
            ("Un parcours entier sur SQLite", sqlite, "walk", []),
        ]
        for number, (name, database, marks, options) in enumerate(parts, 1):
            say(f"\n━━━ [{number}/{len(parts)}] {name}")
            if database is None:
                say("    PAS LANCÉ : pas de PostgreSQL sur cette machine.")
                warnings.append(name)
                continue
            begun = time.monotonic()
            counts, code = pytest_part(name, database, marks, options)
            results.append((name, lasted(begun), counts, code))
            say(f"    {name} : {lasted(begun)}")
    say(f"\n━━━ Bilan ({lasted(started)})")
    for name, duration, counts, code in results:
        told = ", ".join(f"{n} {key}" for key, n in counts.items() if n) or "aucun test"
        say(f"  {'✓' if code == 0 else '✗'} {name} : {told} ({duration})")
    if warnings:
        box(
            "ATTENTION : une partie de la suite n’a PAS été lancée",
            [
                *(f"- {name}" for name in warnings),
                "",
                "Il manque un PostgreSQL. Donnez-en un par DATABASE_URL_TEST=postgres://…",
                "ou installez le paquet : sudo apt-get install -y postgresql",
            ],
        )
    total = {key: sum(counts[key] for _, _, counts, _ in results) for key in COUNTS}
    shown = [f"{total[key]} {key}" for key in COUNTS if total[key] or key in ("passed", "failed")]
    say(f"{', '.join(shown)} in {time.monotonic() - started:.0f}s")
    raise SystemExit(1 if any(code for *_, code in results) else 0)


def _interrupted(*_):
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _interrupted)  # so that the throwaway server goes too
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
