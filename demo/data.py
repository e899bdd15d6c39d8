"""The data files, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILES = Path(__file__).parent / "data"


@cache
def _read(name: str) -> Any:
    # The C parser when it is there: these files are long.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((FILES / name).read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 (both loaders are safe)


def organisations() -> list[dict[str, Any]]:
    """Organisations with their people."""
    return _read("organisations.yaml")


def names() -> dict[str, Any]:
    """Names of structures by sector, communes by département, partners by région."""
    return _read("structures_noms.yaml")


def prestataires() -> list[dict[str, Any]]:
    """The forty prestataires of the portfolio."""
    return _read("prestataires.yaml")


def propositions() -> dict[str, list[dict[str, Any]]]:
    """What prestataires propose, by key of the ingénierie."""
    return _read("propositions.yaml")


def attested() -> list[dict[str, Any]]:
    """The ten ingénieries that the source documents tell of."""
    return _read("ingenieries_reelles.yaml")


def individuelles() -> list[dict[str, Any]]:
    """The twelve ingénieries individuelles."""
    return _read("individuelles.yaml")


def invented() -> list[dict[str, Any]]:
    """The fifty others."""
    return _read("ingenieries_fictives.yaml")


def diagnostics() -> dict[str, Any]:
    """What diagnostics and plans say, by theme."""
    return _read("diagnostics.yaml")


def monographies() -> list[dict[str, Any]]:
    """The four monographies of 001, and one of a single beneficiary."""
    return _read("monographies.yaml")


def fiches() -> list[dict[str, Any]]:
    """The six fiches expériences of 000."""
    return _read("fiches_experiences.yaml")
