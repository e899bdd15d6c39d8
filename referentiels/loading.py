"""Puts the reference lists of ``referentiels/data`` in the database; may run as often as one likes.

``code`` is the key. What is missing is added; what is there is left as the AVISE edited it, unless ``update`` asks to
take the label, order and parent of the files again. Nothing is ever deleted: an item is closed by its dates.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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
    Domaine,
    FormeJuridique,
    ReferenceItem,
    Region,
    Secteur,
    ThemeAccompagnement,
    TypeIntervention,
    TypePrestation,
)

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Row:
    """One item of a file: its code, its label, the codes of what it belongs to by field (« region »: « 24 »)."""

    code: str
    label: str
    parents: Mapping[str, str] = field(default_factory=dict)


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


def _nested(entries: Iterable[dict[str, Any]], key: str, parent: str) -> Iterator[Row]:
    for entry in entries:
        for child in entry.get(key) or ():
            yield Row(str(child["code"]), child["label"], {parent: str(entry["code"])})


def _themes(entries: Iterable[dict[str, Any]]) -> Iterator[Row]:
    for entry in entries:
        for child in entry["themes"]:
            yield Row(child["code"], child["label"], {"domaine": entry["code"], "type_prestation": child["prestation"]})


#: Codes of the official list where nobody lives for good: no structure, no DLA; not offered.
UNINHABITED = frozenset({"984", "989"})


def _rows() -> list[tuple[type[ReferenceItem], list[Row]]]:
    """(model, rows in order), parents first."""
    regions = sorted(
        (Row(str(r["code"]), r["nom"]) for r in _read("regions.json") if str(r["code"]) not in UNINHABITED),
        key=lambda row: normalise(row.label),
    )
    departements = [
        Row(str(d["code"]), d["nom"], {"region": str(d["region"])})
        for d in _read("departements.json")
        if str(d["region"]) not in UNINHABITED
    ]
    secteurs = _read("secteurs.yaml")
    prestations = _read("types_prestation.yaml")
    formes = _read("formes_juridiques.yaml")
    domaines = _read("domaines.yaml")

    def flat(entries: list[dict[str, Any]]) -> list[Row]:
        return [Row(str(e["code"]), e["label"]) for e in entries]

    return [
        (Region, regions),
        (Departement, departements),
        (Secteur, flat(secteurs)),
        (Branche, list(_nested(secteurs, "branches", "secteur"))),
        (TypePrestation, flat(prestations)),
        (DetailPrestation, list(_nested(prestations, "details", "type_prestation"))),
        (FormeJuridique, flat(formes)),
        (Domaine, flat(domaines)),
        (ThemeAccompagnement, list(_themes(domaines))),
        (TypeIntervention, flat(_read("types_intervention.yaml"))),
    ]


def _load(model: type[ReferenceItem], rows: list[Row], *, update: bool) -> Count:
    there: dict[str, ReferenceItem] = {item.code: item for item in model.objects.all()}
    parents: dict[str, dict[str, models.Model]] = {
        name: {item.code: item for item in model._meta.get_field(name).related_model.objects.all()}
        for name in {name for row in rows for name in row.parents}
    }
    new, changed = [], []
    for position, row in enumerate(rows, start=1):
        values: dict[str, Any] = {"label": row.label, "position": position}
        values |= {f"{name}_id": parents[name][code].pk for name, code in row.parents.items()}
        item = there.get(row.code)
        if item is None:
            new.append(model(code=row.code, **values))
        elif update and any(getattr(item, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(item, name, value)
            changed.append(item)
    model.objects.bulk_create(new)
    if changed:
        model.objects.bulk_update(changed, ["label", "position", *parents])
    return Count(str(model._meta.verbose_name_plural), len(new), len(changed), len(rows) - len(new) - len(changed))


class _DryRunOver(Exception):
    """Unwinds the transaction of a dry run."""


def load(*, update: bool = False, dry_run: bool = False) -> list[Count]:
    """Load every list in one transaction and return what happened to each; a dry run writes nothing."""
    counts: list[Count] = []
    try:
        with transaction.atomic():
            counts = [_load(model, rows, update=update) for model, rows in _rows()]
            if dry_run:
                raise _DryRunOver
    except _DryRunOver:
        pass
    lists.forget()
    return counts
