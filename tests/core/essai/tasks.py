"""Jobs that leave a trace of each of their steps in a file."""

from __future__ import annotations

import os
import time
from pathlib import Path

from core.jobs import JobRun, daily, job


def _trace(path: str, line: str) -> None:
    with Path(path).open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
        stream.flush()
        os.fsync(stream.fileno())


@job("essai.bref", label="Essai bref", max_attempts=3)
def short(run: JobRun, *, path: str) -> dict:
    """Write one line."""
    _trace(path, f"fait {os.getpid()}")
    return {"pid": os.getpid()}


@job("essai.long", label="Essai long", max_attempts=4)
def long(run: JobRun, *, path: str, seconds: float) -> dict:
    """Write « debut », work for ``seconds`` telling its progress, write « fin »."""
    _trace(path, f"debut {os.getpid()}")
    steps = int(seconds * 10)
    for step in range(steps):
        time.sleep(0.1)
        run.progress(step, steps, "Pas à pas")
    _trace(path, f"fin {os.getpid()}")
    return {"attempt": run.attempt}


@job("essai.fige", label="Essai figé", max_attempts=2, max_seconds=1)
def hang(run: JobRun, *, path: str) -> None:
    """Hang on the first attempt."""
    _trace(path, f"essai {run.attempt}")
    if run.attempt == 1:
        time.sleep(600)


@daily("essai.chaque_jour", at=0, label="Essai de chaque jour")
def every_day(run: JobRun, *, date: str) -> dict:
    """Do nothing, once a day."""
    return {"date": date}
