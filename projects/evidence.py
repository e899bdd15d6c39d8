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


@dataclass(frozen=True)
class TypeHint:
    """Something in view when the type of ingénierie is chosen.

    ``types`` are codes of ``TypeIngenierie`` that it leads to (none: it does not decide), ``why`` says it in words.
    ``overall`` marks what all the others come to.
    """

    text: str
    types: tuple[str, ...] = ()
    why: str = ""
    overall: bool = False


#: What a higher floor shows beside the choice of the type: its lines for one ingénierie.
TYPE_HINTS: Registry[Callable[[Any], list[TypeHint]]] = Registry("repères pour le type")

#: action code of the methodology → provider; « code+suffix » when several floors have something to show of one action
EVIDENCE: Registry[EvidenceProvider] = Registry("preuves")


def evidence_for(ingenierie: Any, values: dict[str, Any] | None = None) -> dict[str, Evidence]:
    """``{action code: evidence}`` for one ingénierie: one query, or none when its ``values`` are known."""
    if values is None:
        values = facts.fetch([ingenierie.pk], EVIDENCE)[ingenierie.pk]
    found: dict[str, Evidence] = {}
    for code, provider in EVIDENCE.items():
        evidence = provider.read(values, ingenierie)
        if evidence:
            action = code.partition("+")[0]
            first = found.get(action)
            # Two facts for one action read on one line; the link is the first's.
            found[action] = Evidence(f"{first.text} ; {evidence.text}", first.url) if first else evidence
    return found
