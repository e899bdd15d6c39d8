"""The sheets of a workbook, read by ``core.imports.workbook`` in a process of its own, under limits."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from core.errors import InvalidInput
from core.imports.cells import text_of
from core.imports.workbook import PASSWORD, TOO_BIG

log = structlog.get_logger(__name__)

_PROGRAM = str(Path(__file__).with_name("workbook.py"))
MEMORY_BYTES = 512 * 1024**2
PROCESSOR_SECONDS = 15
#: On a machine that does something else too.
WALL_SECONDS = 120
CHARACTERS = 40_000_000
#: All the environment it is given: no address of a database, no secret.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")

_DAMAGED = (
    "Ce classeur est abîmé : il ne se lit pas. Ouvrez-le dans votre tableur, enregistrez-le de nouveau en XLSX, "
    "puis déposez-le."
)
_TOO_BIG = (
    "Ce classeur est trop lourd à lire : il a trop de cellules, ou une cellule remplie très loin du tableau. Copiez le "
    "tableau seul dans un classeur neuf, puis déposez celui-ci."
)
_PASSWORD = "Ce classeur est protégé par un mot de passe : enregistrez-le sans protection, puis déposez-le."  # noqa: S105


@dataclass(slots=True)
class Sheet:
    """Rows of texts, each after its number in the file; rows that hold nothing are left out.

    ``hidden_rows``, ``hidden_columns`` and ``merged`` (first row, first column, last row, last column) count from 1.
    """

    title: str
    rows: list[tuple[int, list[str]]]
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[list[int]] = field(default_factory=list)


def read_sheets(
    content: bytes, extension: str, *, preferred: str, left_out: str, rows: int, columns: int, empty: int
) -> list[Sheet]:
    """The sheet titled ``preferred`` if there is one, else the visible sheets that hold something, ``left_out`` aside.

    At most ``rows`` rows (and one more, which tells that there are more) of ``columns`` columns; a sheet is over after
    ``empty`` empty rows. Raises ``InvalidInput`` whatever the file does to its reader.
    """
    limits = (rows, columns, empty, CHARACTERS, MEMORY_BYTES, PROCESSOR_SECONDS)
    command = [sys.executable, "-I", _PROGRAM, extension, preferred, left_out, *map(str, limits)]
    try:
        done = subprocess.run(  # noqa: S603 our own program, and no word of the file in its arguments
            command,
            input=content,
            capture_output=True,
            timeout=WALL_SECONDS,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InvalidInput(_TOO_BIG) from None
    if done.returncode:
        log.warning("import.unread_workbook", code=done.returncode, error=done.stderr[-500:].decode(errors="replace"))
        if done.returncode == PASSWORD:
            raise InvalidInput(_PASSWORD)
        # Below zero: a limit of the system ended it.
        raise InvalidInput(_TOO_BIG if done.returncode == TOO_BIG or done.returncode < 0 else _DAMAGED)
    return [
        Sheet(
            title=sheet["title"],
            rows=[(number, [_text(cell) for cell in cells]) for number, cells in sheet["rows"]],
            hidden_rows=set(sheet["hidden_rows"]),
            hidden_columns=set(sheet["hidden_columns"]),
            merged=sheet["merged"],
        )
        for sheet in json.loads(done.stdout)
    ]


def _text(cell: Any) -> str:
    return text_of(dt.date.fromisoformat(cell["date"]) if isinstance(cell, dict) else cell)
