"""The whole suite: all of it on PostgreSQL, browser included, then on SQLite what depends on the database.

Arguments are handed to pytest (``-k words``, ``-x``…). Ends non-zero only when tests failed; what could not be
tested is told in a frame, last.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from console import ROOT, VENV_PYTHON, Stop, apt_install, box, lasted, say
from postgres import a_postgres, binaries

sys.path.insert(0, str(ROOT))
from tests import verapdf

#: Three processes that each take the next file of tests/conftest.py's order: on two cores, one of them always waits for
#: its browser or its database.
OPTIONS = ["-q", "--create-db", "-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
SHOWN = ["--durations=20", "--durations-min=1"]


def run_pytest(database: str, marks: str, report: Path) -> tuple[dict[str, int], int]:
    """Run pytest in three processes; return what it counted and its exit code."""
    env = dict(os.environ, APP_ENV="test", DATABASE_URL=database, PYTHONUNBUFFERED="1")
    env.pop("DJANGO_SETTINGS_MODULE", None)
    # Two clones on one machine do not take each other's databases.
    env.setdefault("TEST_DB_SUFFIX", "_" + hashlib.sha256(str(ROOT).encode()).hexdigest()[:6])
    report.unlink(missing_ok=True)
    command = [str(VENV_PYTHON), "-m", "pytest", *OPTIONS, *SHOWN, "-m", marks, f"--junitxml={report}", *sys.argv[1:]]
    code = subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, check=False).returncode
    counts = dict.fromkeys(("passed", "failed", "error", "skipped"), 0)
    if report.exists():
        told = ElementTree.parse(report).getroot().find("testsuite").attrib  # noqa: S314 (pytest wrote it)
        counts.update(failed=int(told["failures"]), error=int(told["errors"]), skipped=int(told["skipped"]))
        counts["passed"] = int(told["tests"]) - sum(counts.values())
    chosen = bool(sys.argv[1:])  # chosen tests may all lie in another part
    return counts, 0 if code == 5 and chosen else code


def main() -> None:
    started = time.monotonic()
    var = ROOT / "var"
    var.mkdir(exist_ok=True)
    lock = open(var / "test.lock", "w")  # noqa: SIM115 (held until the end)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise Stop("La suite tourne déjà dans ce dossier.") from None
    if not binaries() and not os.environ.get("DATABASE_URL_TEST"):
        apt_install(["postgresql"], "PostgreSQL", required=False)
    if not shutil.which("pg_dump") and not binaries():
        apt_install(["postgresql-client"], "pg_dump, pour le test des sauvegardes", required=False)
    if "libjaxb-java" in verapdf.lacking():
        apt_install(["libjaxb-java"], "JAXB, pour valider les PDF par veraPDF", required=False)
    warnings = []
    results = []
    say("PostgreSQL")
    with a_postgres() as postgres:
        sqlite = f"sqlite:///{var / 'test-unused.sqlite3'}"  # the tests make their own beside it
        parts = [("Tout, sur PostgreSQL", postgres, ""), ("Ce qui dépend de la base, sur SQLite", sqlite, "sqlite")]
        if postgres is None:
            parts = [("Tout, sur SQLite", sqlite, "")]
            warnings.append("Rien n’a été lancé sur PostgreSQL : donnez-en un par DATABASE_URL_TEST=postgres://…")
            warnings.append("ou installez le paquet : sudo apt-get install -y postgresql")
        for number, (name, database, marks) in enumerate(parts, 1):
            say(f"\n━━━ [{number}/{len(parts)}] {name}")
            begun = time.monotonic()
            counts, code = run_pytest(database, marks, var / f"tests-{number}.xml")
            results.append((name, lasted(begun), counts, code))
    if verapdf.lacking():
        warnings.append(f"veraPDF n’a pas validé les documents : il manque {verapdf.lacking()}.")
    say(f"\n━━━ Bilan ({lasted(started)})")
    for name, duration, counts, code in results:
        told = ", ".join(f"{n} {key}" for key, n in counts.items() if n) or "aucun test"
        say(f"  {'✗' if code else '✓'} {name} : {told} ({duration})")
    if warnings:
        box("ATTENTION : une partie de la suite n’a PAS été lancée", warnings)
    total = {key: sum(counts[key] for _, _, counts, _ in results) for key in ("passed", "failed", "error", "skipped")}
    say(", ".join(f"{n} {key}" for key, n in total.items()) + f" in {time.monotonic() - started:.0f}s")
    raise SystemExit(any(code for *_, code in results))


def _interrupted(*_):
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _interrupted)  # so that the passing server goes too
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
