"""Puts the reference lists of ``referentiels/data`` in the database; may run as often as one likes.

``code`` is the key. What is missing is added; what is there is left as the AVISE edited it, unless ``update`` asks to
take the label, order and parent of the files again. Nothing is ever deleted: an item is closed by its dates.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.db import models, transaction

from core.text import normalise
from referentiels import lists
from referentiels.models import (
    Branche,
    Departement,
    DetailPrestation,
    FormeJuridique,
    ReferenceItem,
    Region,
    Secteur,
    TypePrestation,
)

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Row:
    """One item of a file: its code, its label, the code of its parent."""

    code: str
    label: str
    parent: str = ""


@dataclass(frozen=True)
class Count:
    """What happened to one list."""

    label: str
    created: int
    updated: int
    kept: int


def _read(name: str) -> list[dict[str, Any]]:
    text = (DATA / name).read_text(encoding="utf-8")
    return json.loads(text) if name.endswith(".json") else yaml.safe_load(text)


def _nested(entries: Iterable[dict[str, Any]], key: str) -> Iterator[Row]:
    for entry in entries:
        for child in entry.get(key) or ():
            yield Row(str(child["code"]), child["label"], str(entry["code"]))


def _rows() -> list[tuple[type[ReferenceItem], str, list[Row]]]:
    """(model, name of the field that holds the parent, rows in order), parents first."""
    regions = sorted((Row(str(r["code"]), r["nom"]) for r in _read("regions.json")), key=lambda r: normalise(r.label))
    departements = [Row(str(d["code"]), d["nom"], str(d["region"])) for d in _read("departements.json")]
    secteurs = _read("secteurs.yaml")
    prestations = _read("types_prestation.yaml")
    formes = _read("formes_juridiques.yaml")

    def flat(entries: list[dict[str, Any]]) -> list[Row]:
        return [Row(str(e["code"]), e["label"]) for e in entries]

    return [
        (Region, "", regions),
        (Departement, "region", departements),
        (Secteur, "", flat(secteurs)),
        (Branche, "secteur", list(_nested(secteurs, "branches"))),
        (TypePrestation, "", flat(prestations)),
        (DetailPrestation, "type_prestation", list(_nested(prestations, "details"))),
        (FormeJuridique, "", flat(formes)),
    ]


def _load(model: type[ReferenceItem], parent: str, rows: list[Row], *, update: bool) -> Count:
    there: dict[str, ReferenceItem] = {item.code: item for item in model.objects.all()}
    parents: dict[str, models.Model] = {}
    if parent:
        related = model._meta.get_field(parent).related_model
        parents = {item.code: item for item in related.objects.all()}
    new, changed = [], []
    for position, row in enumerate(rows, start=1):
        values: dict[str, Any] = {"label": row.label, "position": position}
        if parent:
            values[f"{parent}_id"] = parents[row.parent].pk
        item = there.get(row.code)
        if item is None:
            new.append(model(code=row.code, **values))
        elif update and any(getattr(item, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(item, name, value)
            changed.append(item)
    model.objects.bulk_create(new)
    if changed:
        model.objects.bulk_update(changed, ["label", "position", *([parent] if parent else [])])
    return Count(str(model._meta.verbose_name_plural), len(new), len(changed), len(rows) - len(new) - len(changed))


class _DryRunOver(Exception):
    """Unwinds the transaction of a dry run."""


def load(*, update: bool = False, dry_run: bool = False) -> list[Count]:
    """Load every list in one transaction and return what happened to each; a dry run writes nothing."""
    counts: list[Count] = []
    try:
        with transaction.atomic():
            counts = [_load(model, parent, rows, update=update) for model, parent, rows in _rows()]
            if dry_run:
                raise _DryRunOver
    except _DryRunOver:
        pass
    lists.forget()
    return counts
