"""Is a file one that this installation sealed, is it unaltered, and which document is it?"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from core.actor import Actor
from core.documents import DOCUMENT_TYPES
from core.models import GeneratedDocument, SealCertificate
from core.uploads.parsing import refused_in_words

_PROGRAM = str(Path(__file__).with_name("seal_reader.py"))
MEMORY_BYTES = 1024**3
PROCESSOR_SECONDS = 20
#: On a machine that does something else too.
WALL_SECONDS = 120
#: All the environment it is given: no address of a database, no secret.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
_UNREADABLE = "Les signatures de ce PDF ne se lisent pas : le fichier est abîmé, ou trop compliqué."


class SealState(Enum):
    """What the seal of a file says."""

    INTACT = "intact"
    ADDED_TO = "complete"
    ALTERED = "altere"
    FOREIGN = "autre"
    NONE = "sans"


@dataclass(frozen=True, slots=True)
class Verification:
    """What is known of a file: its SHA-256, what its seal says, by whom and when; the document it is, when the actor
    may read it."""

    sha256: str
    state: SealState
    name: str = ""
    at: dt.datetime | None = None
    document: GeneratedDocument | None = None
    label: str = ""


def _signatures(content: bytes) -> list[dict[str, Any]]:
    ours = list(SealCertificate.objects.order_by("pk").values_list("certificate", flat=True))
    asked = {"certificates": ours, "memory": MEMORY_BYTES, "seconds": PROCESSOR_SECONDS}
    done = subprocess.run(  # noqa: S603 our own program, and no word of the file in its arguments
        [sys.executable, "-I", _PROGRAM],
        input=json.dumps(asked).encode() + b"\n" + content,
        capture_output=True,
        timeout=WALL_SECONDS,
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        check=True,
    )
    return json.loads(done.stdout)


def _which(digests: set[str], actor: Actor) -> tuple[GeneratedDocument | None, str]:
    """The document that has one of these SHA-256, if ``actor`` may read it, and the label of its type."""
    for document in GeneratedDocument.objects.filter(sha256__in=digests).order_by("-kept", "-made_at", "-pk")[:20]:
        spec = DOCUMENT_TYPES.get(document.document_type)
        if spec is not None and spec.visible(document.object_id, actor):
            return document, spec.label
    return None, ""


def verify(content: bytes, actor: Actor) -> Verification:
    """What this installation knows of the PDF ``content``. Raises ``InvalidInput`` when it cannot be read.

    Signatures of others on a file of ours are none of our business: only that something was added to it is told.
    """
    with refused_in_words(_UNREADABLE):
        found = _signatures(content)
    digest = hashlib.sha256(content).hexdigest()
    digests = {digest}
    seal = next((row for row in found if row["ours"]), None)
    if seal is None:
        state = SealState.FOREIGN if found else SealState.NONE
    elif not seal["sound"] or not seal["revision"]:
        state = SealState.ALTERED
    else:
        state = SealState.INTACT if seal["whole"] else SealState.ADDED_TO
        digests.add(seal["sha256"])
    document, label = _which(digests, actor)
    told = seal or (found[0] if found else {})
    at = told.get("at")
    return Verification(
        sha256=digest,
        state=state,
        name=told.get("name", ""),
        at=dt.datetime.fromisoformat(at) if at else None,
        document=document,
        label=label,
    )
