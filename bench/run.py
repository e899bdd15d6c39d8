"""``python -m bench.run``: measure the pages at 1,000 and at 100,000 ingénieries, and the PDF (bench/pdf.py).

One process per size, each on its own database (kept from one run to the next; ``--fresh`` makes it again). PostgreSQL
when there is one, SQLite otherwise or with ``--sqlite``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "bench"
BENCH_DATA = [ROOT / "bench" / name for name in ("dataset.py", "portefeuille.py")]
GROWTH = 1.15  # most that a page may cost at the largest size, beside the smallest
sys.path.insert(0, str(ROOT / "scripts"))


def say(text: str = "") -> None:
    print(text, flush=True)


def version() -> str:
    """What a filled database depends on: migrations and the way it is filled. Another version is filled again."""
    total = hashlib.sha256()
    for path in sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/*/migrations/*.py"), *BENCH_DATA]):
        if path.relative_to(ROOT).parts[0] not in {".venv", "node_modules"} and path.exists():
            total.update(path.read_bytes())
    return total.hexdigest()


def is_current(ready: Path) -> bool:
    return ready.exists() and ready.read_text(encoding="utf-8") == version()


# --- One size: in a process of its own, so that settings and caches are its own -------------------------------------


def child(size: int, options: argparse.Namespace) -> None:
    """Fill the database if need be, measure, write the figures to ``options.out``."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench import dataset
    from bench.measures import MEASURES
    from bench.measuring import Callers, measure

    ready = VAR / f"{connection.vendor}-{size}.ok"
    if not is_current(ready):
        begun = time.monotonic()
        call_command("migrate", verbosity=0, interactive=False)
        for command in ("load_referentiels", "load_methodologie"):
            call_command(command, verbosity=0)
        say(f"  remplissage : {size} ingénieries…")
        dataset.fill(size, lambda text: say(f"    {text}"))
        with connection.cursor() as cursor:
            # What the server does by itself within the hour after such a load.
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        ready.write_text(version(), encoding="utf-8")
        say(f"  rempli en {time.monotonic() - begun:.0f} s")
    visits = dataset.visits()
    callers = Callers({visit.user for visit in visits})
    wanted = [m for m in MEASURES if not options.only or options.only.lower() in m.name.lower()]
    pages = []
    for what in wanted:
        result = measure(what, visits, callers)
        say(f"  {what.name} : {result.cpu_ms:.1f} ms de processeur, {result.ratio:.2f} de la vue nue")
        pages.append(result.as_dict())
    callers.close()
    Path(options.out).write_text(json.dumps({"size": size, "pages": pages}), encoding="utf-8")


# --- All sizes ------------------------------------------------------------------------------------------------------


def database_for(size: int, options: argparse.Namespace) -> str:
    """The address of the database of this size, created empty when it is not there."""
    import psycopg2
    from postgres import running_postgres

    VAR.mkdir(parents=True, exist_ok=True)
    server = None if options.sqlite else os.environ.get("DATABASE_URL_BENCH") or running_postgres()
    if server is None:
        path = VAR / f"bench-{size}.sqlite3"
        ready = VAR / f"sqlite-{size}.ok"
        if options.fresh or not is_current(ready):
            ready.unlink(missing_ok=True)
            for suffix in ("", "-wal", "-shm"):
                Path(f"{path}{suffix}").unlink(missing_ok=True)
        return f"sqlite:///{path}"
    name = f"bench_dla_{size}"
    ready = VAR / f"postgresql-{size}.ok"
    connection = psycopg2.connect(server)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        there = cursor.fetchone() is not None
        if options.fresh or not there or not is_current(ready):
            ready.unlink(missing_ok=True)
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
            cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    return re.sub(r"/[^/?]*(\?.*)?$", lambda match: f"/{name}{match[1] or ''}", server)


def table(rows: list[list[str]]) -> None:
    """Print rows in columns; the first is the head."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for number, row in enumerate(rows):
        say(
            "  ".join(
                cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
            )
        )
        if number == 0:
            say("  ".join("─" * w for w in widths))


def report(results: list[dict]) -> bool:
    """Print the figures beside the aims; whether every aim is met."""
    met = True
    for found in results:
        say(f"\n{found['size']} ingénieries")
        head = [
            "page",
            "CPU ms",
            "nue ms",
            "part",
            "visé",
            "requêtes SQL",
            "visé",
            "horloge ms",
            "nue ms",
            "octets",
            "",
        ]
        rows = [head]
        for page in found["pages"]:
            least, most = page["least"], page["most"]
            good = page["ratio"] >= least and page["queries"] <= most
            met &= good
            rows.append(
                [
                    page["name"],
                    f"{page['cpu_ms']:.1f}",
                    f"{page['bare_cpu_ms']:.1f}",
                    f"{page['ratio']:.2f}",
                    f"≥ {least:.2f}",
                    str(page["queries"]),
                    f"≤ {most}",
                    f"{page['wall_ms']:.1f}",
                    f"{page['bare_wall_ms']:.1f}",
                    str(page["bytes"]),
                    "✓" if good else "✗",
                ]
            )
        table(rows)
    if len(results) > 1:
        first, last = results[0], results[-1]
        say(
            f"\nCoût à {last['size']} ingénieries, rapporté à {first['size']} "
            f"(processeur visé ≤ {GROWTH} ; l’horloge compte aussi le serveur de base)"
        )
        rows = [["page", "processeur", "horloge", ""]]
        for small, large in zip(first["pages"], last["pages"], strict=True):
            growth = small["ratio"] / large["ratio"]
            wall = (large["wall_ms"] / large["bare_wall_ms"]) / (small["wall_ms"] / small["bare_wall_ms"])
            met &= growth <= GROWTH
            rows.append([small["name"], f"{growth:.2f}", f"{wall:.2f}", "✓" if growth <= GROWTH else "✗"])
        table(rows)
    return met


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", default="1000,100000", help="nombres d’ingénieries, séparés par des virgules")
    parser.add_argument("--only", default="", help="les pages dont le nom contient ces mots")
    parser.add_argument("--sqlite", action="store_true", help="sur SQLite, même s’il y a un PostgreSQL")
    parser.add_argument("--fresh", action="store_true", help="refait les bases")
    parser.add_argument("--strict", action="store_true", help="code de sortie 1 si une visée n’est pas tenue")
    parser.add_argument("--child", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--out", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options)
        return
    results = []
    for size in [int(text) for text in options.sizes.split(",")]:
        url = database_for(size, options)
        say(f"{size} ingénieries ({url.split(':')[0]})")
        out = VAR / f"chiffres-{size}.json"
        out.unlink(missing_ok=True)
        command = [sys.executable, "-m", "bench.run", "--child", str(size), "--out", str(out)]
        command += ["--only", options.only]
        done = subprocess.run(command, cwd=ROOT, env=dict(os.environ, DATABASE_URL=url), check=False)
        if done.returncode:
            raise SystemExit(done.returncode)
        results.append(json.loads(out.read_text(encoding="utf-8")))
    met = report(results)
    if not options.only or "pdf" in options.only.lower():
        say("\nDocument PDF")
        env = dict(os.environ, APP_ENV="demo")
        met &= subprocess.run([sys.executable, "-m", "bench.pdf"], cwd=ROOT, env=env, check=False).returncode == 0
    raise SystemExit(1 if options.strict and not met else 0)


if __name__ == "__main__":
    main()
