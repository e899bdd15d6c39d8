"""The checks of ``make check``, one line each; ends non-zero when one finds something."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from console import ROOT, VENV, lasted, say

CHOICES = ROOT / "docs" / "choix-techniques.md"
#: Mail programs ignore style sheets: the HTML of mails, which no page ever shows, may carry its styles inline.
MAIL_FOLDERS = {"mail", "mails", "courriels", "email", "emails"}


def templates() -> list[Path]:
    """Our HTML templates."""
    return sorted((ROOT / "templates").rglob("*.html"))


# --- Checks of our own: each yields what is wrong -------------------------------------------------------------------


class _Inline(HTMLParser):
    """Finds what the content security policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[tuple[int, str]] = []

    def handle_starttag(self, tag, attrs):
        line = self.getpos()[0]
        values = {name: value or "" for name, value in attrs}
        for name, value in values.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                self.faults.append((line, f"attribut {name} dans <{tag}>"))
            if value.strip().lower().startswith("javascript:"):
                self.faults.append((line, f"adresse javascript: dans <{tag}>"))
        if tag == "style":
            self.faults.append((line, "<style>"))
        if tag == "script" and "src" not in values and values.get("type", "") != "application/json":
            self.faults.append((line, "<script> sans src"))


def inline_code() -> Iterator[str]:
    """Inline styles, scripts and handlers in templates."""
    for path in templates():
        if MAIL_FOLDERS & set(path.relative_to(ROOT).parts):
            continue
        reader = _Inline()
        # Template tags inside attributes would confuse the reader; their lines are kept.
        reader.feed(re.sub(r"\{%.*?%\}|\{#.*?#\}", lambda m: "\n" * m.group().count("\n"), path.read_text("utf-8")))
        yield from (f"{path.relative_to(ROOT)}:{line}: {fault}" for line, fault in reader.faults)


def _required(name: str) -> list[str]:
    """Names of the packages asked for by a .in file."""
    lines = (ROOT / name).read_text("utf-8").splitlines()
    return [re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0] for line in lines if line and line[0] not in "#-"]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def lock_files() -> Iterator[str]:
    """Lock files without any download address, holding all that is asked for, each with its hashes."""
    for base in ("requirements", "requirements-dev"):
        text = (ROOT / f"{base}.txt").read_text("utf-8")
        if re.search(r"://|--(extra-)?index-url|--find-links|^-[fi] ", text, re.M):
            yield f"{base}.txt contient une adresse"
        locked = {_normal(found) for found in re.findall(r"^([A-Za-z0-9_.-]+)==", text, re.M)}
        yield from (
            f"{base}.txt ne verrouille pas {name} (make lock)"
            for name in _required(f"{base}.in")
            if _normal(name) not in locked
        )
        blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.M)
        yield from (
            f"{base}.txt : {block.split('==')[0]} sans empreinte"
            for block in blocks
            if re.match(r"[A-Za-z0-9_.-]+==", block) and "--hash=sha256:" not in block
        )
    text = (ROOT / "package-lock.json").read_text("utf-8")
    if '"resolved"' in text:
        yield "package-lock.json contient des adresses (resolved)"
    asked = json.loads((ROOT / "package.json").read_text("utf-8"))
    root = json.loads(text)["packages"][""]
    for kind in ("dependencies", "devDependencies"):
        if asked.get(kind, {}) != root.get(kind, {}):
            yield f"package-lock.json n’est pas à jour ({kind}) : npm install --package-lock-only"


def justified() -> Iterator[str]:
    """Each direct dependency has its reason in docs/choix-techniques.md."""
    told = set(re.findall(r"`([^`]+)`", CHOICES.read_text("utf-8"))) if CHOICES.exists() else set()
    told = {_normal(name) for name in told}
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    names = _required("requirements.in") + _required("requirements-dev.in")
    names += [*package.get("dependencies", {}), *package.get("devDependencies", {})]
    yield from (f"{CHOICES.relative_to(ROOT)} ne dit pas pourquoi {n}" for n in names if _normal(n) not in told)


# --- The list -------------------------------------------------------------------------------------------------------


def _production() -> dict[str, str]:
    """An environment in which the application believes it is in production."""
    return dict(
        os.environ,
        APP_ENV="production",
        SECRET_KEY=secrets.token_urlsafe(64),
        ALLOWED_HOSTS="dla.example.org",
        SITE_URL="https://dla.example.org",
        EMAIL_URL="smtp://localhost:25",
        DEFAULT_FROM_EMAIL="ne-pas-repondre@example.org",
    )


def _command(arguments: list[str], env: dict[str, str] | None = None):
    """A check that runs a program: what it printed is what is wrong when it fails."""

    def check() -> Iterator[str]:
        done = subprocess.run(arguments, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", check=False)
        if done.returncode:
            yield from (done.stdout + done.stderr).rstrip().splitlines()

    return check


def checks() -> list[tuple[str, object]]:
    bin_ = VENV / "bin"
    demo = dict(os.environ, APP_ENV="demo")
    manage = [str(bin_ / "python"), "manage.py"]
    pages = [str(path) for path in templates()]
    return [
        ("ruff", _command([str(bin_ / "ruff"), "check", "--quiet", "--output-format", "concise", "."])),
        ("mise en forme (ruff format)", _command([str(bin_ / "ruff"), "format", "--check", "--quiet", "."])),
        ("gabarits (djade)", _command([str(bin_ / "djade"), "--check", "--target-version", "5.2", *pages])),
        ("étages (import-linter)", _command([str(bin_ / "lint-imports"), "--no-logo"])),
        ("migrations manquantes", _command([*manage, "makemigrations", "--check", "--dry-run"], demo)),
        (
            "réglages de production (check --deploy)",
            _command([*manage, "check", "--deploy", "--fail-level", "WARNING"], _production()),
        ),
        ("rien en ligne dans les gabarits", inline_code),
        ("fichiers de verrouillage", lock_files),
        ("raison de chaque dépendance", justified),
    ]


def main() -> None:
    failed = []
    started = time.monotonic()
    listed = checks()
    for number, (name, check) in enumerate(listed, 1):
        begun = time.monotonic()
        found = list(check())
        say(f"[{number}/{len(listed)}] {'✗' if found else '✓'} {name} ({lasted(begun)})")
        for line in found:
            say("      " + line)
        if found:
            failed.append(name)
    say(f"{len(listed) - len(failed)} vérifications sans reproche, {len(failed)} à reprendre, en {lasted(started)}.")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
