"""The methodology in memory: parsed once per process and per version, since a version never changes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from core.editing import lock_rows
from projects.enums import Cycle, Niveau
from projects.methodologie.models import Methodologie

DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, slots=True)
class Point:
    code: str
    text: str
    fiches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionMethode:
    code: str
    label: str
    help: str
    points: tuple[Point, ...]
    fiches: tuple[str, ...] = ()
    optional: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    code: str
    number: int
    label: str
    help: str
    actions: tuple[ActionMethode, ...]
    fiches: tuple[str, ...] = ()
    prestataire_partenaire: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    code: str
    label: str
    title: str
    help: str
    phases: tuple[Phase, ...]


@dataclass(frozen=True, slots=True)
class Fiche:
    code: str
    kind: str
    number: int
    title: str
    resume: str
    sections: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ConditionDef:
    """A condition of a gate, as the cycle's data declares it."""

    code: str
    label: str
    niveau: str
    levable: bool = True

    @property
    def blocking(self) -> bool:
        return self.niveau == Niveau.BLOQUANTE


@dataclass(frozen=True)
class Methodology:
    """One version of a cycle."""

    code: str
    version: str
    label: str
    source: str
    steps: tuple[Step, ...]
    fiches: dict[str, Fiche]
    gates: dict[str, tuple[ConditionDef, ...]]
    actions: dict[str, ActionMethode] = field(default_factory=dict)
    phases: dict[str, Phase] = field(default_factory=dict)

    def step(self, code: str) -> Step:
        return next(step for step in self.steps if step.code == code)


def parse(content: dict[str, Any]) -> Methodology:
    """Build the typed form of the data of a cycle. Raises ``KeyError``/``ValueError`` on malformed data."""
    steps = tuple(
        Step(
            code=s["code"],
            label=s["label"],
            title=s["title"],
            help=s["help"],
            phases=tuple(
                Phase(
                    code=p["code"],
                    number=p["number"],
                    label=p["label"],
                    help=p["help"],
                    fiches=tuple(p.get("fiches", ())),
                    prestataire_partenaire=p.get("prestataire_partenaire", ""),
                    actions=tuple(
                        ActionMethode(
                            code=a["code"],
                            label=a["label"],
                            help=a["help"],
                            fiches=tuple(a.get("fiches", ())),
                            optional=a.get("optional", False),
                            source=a.get("source", ""),
                            points=tuple(
                                Point(pt["code"], pt["text"], tuple(pt.get("fiches", ()))) for pt in a["points"]
                            ),
                        )
                        for a in p["actions"]
                    ),
                )
                for p in s["phases"]
            ),
        )
        for s in content["steps"]
    )
    fiches = {
        f["code"]: Fiche(f["code"], f["kind"], f["number"], f["title"], f["resume"], tuple(f["sections"]))
        for f in content["fiches"]
    }
    gates = {
        step: tuple(ConditionDef(c["code"], c["label"], Niveau(c["niveau"]), c.get("levable", True)) for c in rows)
        for step, rows in content["gates"].items()
    }
    phases = {phase.code: phase for step in steps for phase in step.phases}
    actions = {action.code: action for phase in phases.values() for action in phase.actions}
    return Methodology(
        content["code"],
        content["version"],
        content["label"],
        content.get("source", ""),
        steps,
        fiches,
        gates,
        actions,
        phases,
    )


@lru_cache(maxsize=64)
def get(methodologie_id: int) -> Methodology:
    """The parsed methodology with this primary key (one query the first time in a process)."""
    return parse(Methodologie.objects.values_list("content", flat=True).get(pk=methodologie_id))


def current_id(cycle: str = "collective") -> int:
    """Primary key of the newest version of a cycle. Raises ``LookupError`` when none is loaded."""
    found = Methodologie.objects.filter(code=cycle).order_by("-loaded_at", "-pk").values_list("pk", flat=True).first()
    if found is None:
        raise LookupError(f"Méthodologie « {cycle} » absente : lancez manage.py load_methodologie.")
    return found


def read_file(cycle: str = "collective") -> dict[str, Any]:
    """Read the data files of a cycle (method and gates) as one dict."""
    content = yaml.safe_load((DATA / f"methodologie_{cycle}.yaml").read_text(encoding="utf-8"))
    content["gates"] = yaml.safe_load((DATA / f"portes_{cycle}.yaml").read_text(encoding="utf-8"))
    return content


def load_all() -> None:
    """Load every cycle (:func:`load`)."""
    for cycle in Cycle.values:
        load(cycle)


def load(cycle: str = "collective", *, dry_run: bool = False) -> str:
    """Load the files of a cycle into the database; idempotent.

    Returns ``unchanged``, ``created`` or ``replaced``. A version already followed by an ingénierie is never altered:
    raises ``ValueError`` when its text changed under the same version.
    """
    content = read_file(cycle)
    parsed = parse(content)
    checksum = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    with transaction.atomic():
        existing = lock_rows(Methodologie.objects.filter(code=cycle, version=parsed.version)).first()
        if existing and existing.checksum == checksum:
            return "unchanged"
        if existing and existing.ingenieries.exists():
            raise ValueError(
                f"La version {parsed.version} est suivie par des ingénieries : donnez au fichier une autre version."
            )
        if not dry_run:
            if existing:
                existing.content, existing.checksum, existing.label = content, checksum, parsed.label
                existing.save()
            else:
                Methodologie.objects.create(
                    code=cycle, version=parsed.version, label=parsed.label, content=content, checksum=checksum
                )
            get.cache_clear()
    return "replaced" if existing else "created"
