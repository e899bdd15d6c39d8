"""The checks of ``make check``, one line each; ends non-zero when one finds something."""

from __future__ import annotations

import base64
import os
import secrets
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from console import ROOT, VENV, lasted, say

#: An environment in which the application believes it is in production.
PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "PROPOSITION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "ALLOWED_HOSTS": "dla.example.org",
    "SITE_URL": "https://dla.example.org",
    "EMAIL_URL": "smtp://localhost:25",
    "DEFAULT_FROM_EMAIL": "ne-pas-repondre@example.org",
}
TEMPLATES = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "templates").rglob("*.html"))]

#: What it looks at, the command (a program of .venv), what its environment adds.
CHECKS: list[tuple[str, list[str], dict[str, str]]] = [
    ("ruff", ["ruff", "check", "--quiet", "--output-format", "concise", "."], {}),
    ("mise en forme (ruff format)", ["ruff", "format", "--check", "--quiet", "."], {}),
    ("gabarits (djade)", ["djade", "--check", "--target-version", "5.2", *TEMPLATES], {}),
    ("étages (import-linter)", ["lint-imports", "--no-logo"], {}),
    ("migrations manquantes", ["python", "manage.py", "makemigrations", "--check", "--dry-run"], {"APP_ENV": "demo"}),
    (
        "réglages de production (check --deploy)",
        ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        PRODUCTION,
    ),
    ("dépendances : verrous et raisons", ["python", "-m", "pytest", "-q", "tests/test_dependencies.py"], {}),
]


def main() -> None:
    failed = 0
    started = time.monotonic()
    for number, (name, command, env) in enumerate(CHECKS, 1):
        begun = time.monotonic()
        done = subprocess.run(
            [str(VENV / "bin" / command[0]), *command[1:]],
            cwd=ROOT,
            env={**os.environ, **env},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        say(f"[{number}/{len(CHECKS)}] {'✗' if done.returncode else '✓'} {name} ({lasted(begun)})")
        if done.returncode:
            failed += 1
            say("      " + (done.stdout + done.stderr).rstrip().replace("\n", "\n      "))
    say(f"{len(CHECKS) - failed} vérifications sans reproche, {failed} à reprendre, en {lasted(started)}.")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
