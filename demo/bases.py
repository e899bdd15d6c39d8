"""The base of the demonstration: made by this very version of the application, or put aside."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

#: What a base of the demonstration is made of. Whoever changes one of them finds a new base, the former put aside.
SOURCES = ("*/migrations/*.py", "*/*/migrations/*.py", "*/data/*", "*/*/data/*", "demo/**/*.py")


def fingerprint() -> str:
    """SHA-256 of the migrations, the reference lists and the demonstration's data."""
    total = hashlib.sha256()
    root = settings.BASE_DIR
    for path in sorted({path for pattern in SOURCES for path in root.glob(pattern) if path.is_file()}):
        name = path.relative_to(root).as_posix()
        if not name.startswith((".", "node_modules/", "var/", "staticfiles/")):
            total.update(f"{name}\n".encode() + path.read_bytes())
    return total.hexdigest()


def _parts(base: Path) -> Iterator[Path]:
    """What goes with ``base``, then its stamp, which says what it was made from."""
    yield from (base, Path(f"{base}-wal"), Path(f"{base}-shm"), base.parent / "media", stamp_of(base))


def stamp_of(base: Path) -> Path:
    return Path(f"{base}.empreinte")


def prepare(base: Path) -> Path | None:
    """Put the base at ``base`` aside, with its files, unless it was made by this version; stamp the one to come.

    Returns the folder where the former now is, or ``None``. To call before any connection to the base.
    """
    current, stamp, aside = fingerprint(), stamp_of(base), None
    if base.exists() and not (stamp.exists() and stamp.read_text("utf-8") == current):
        made = dt.datetime.fromtimestamp(base.stat().st_mtime).astimezone()
        aside = base.parent / f"base-du-{made:%Y-%m-%d-%H%M%S}"
        aside.mkdir()
        for part in _parts(base):
            if part.exists():
                part.rename(aside / part.name)
    base.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(current, "utf-8")
    return aside
