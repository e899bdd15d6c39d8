"""Evidence for the checklist: what the rest of the dossier shows of an action. It never ticks by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.registry import Registry
from projects import facts
from projects.facts import Annotations


@dataclass(frozen=True)
class Evidence:
    """A fact found elsewhere (« 3 partenaires associés ») and where to read it."""

    text: str
    url: str


@dataclass(frozen=True)
class EvidenceProvider:
    """Answers for one action of the cycle: ``read(values, ingenierie)`` gives an :class:`Evidence` or nothing."""

    read: Callable[[dict[str, Any], Any], Evidence | None]
    annotations: Annotations | None = None


#: What a higher floor shows beside the choice of the type: its lines for one ingénierie.
TYPE_HINTS: Registry[Callable[[Any], list[str]]] = Registry("repères pour le type")

#: action code of the methodology → provider
EVIDENCE: Registry[EvidenceProvider] = Registry("preuves")


def evidence_for(ingenierie: Any) -> dict[str, Evidence]:
    """``{action code: evidence}`` for one ingénierie: one query."""
    items = EVIDENCE.items()
    values = facts.fetch_one(ingenierie.pk, [provider for _, provider in items], key="preuves")
    found = {}
    for code, provider in items:
        evidence = provider.read(values, ingenierie)
        if evidence:
            found[code] = evidence
    return found
