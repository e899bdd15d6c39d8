"""Gates: the conditions to leave a step, each answered by the floor that knows.

The cycle's data (:mod:`projects.methodologie.methodology`) says which conditions, blocking or recommended. A floor
answers for a condition by registering a :class:`ConditionProvider` under its code in ``AppConfig.ready()``. A condition
that nobody answers for is held by the pilot's written attestation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from core.actor import Actor
from core.registry import Registry
from projects import facts
from projects.cycle.models import Attestation
from projects.facts import Annotations, Answer
from projects.methodologie import methodology
from projects.methodologie.methodology import ConditionDef


@dataclass(frozen=True)
class ConditionProvider:
    """Answers for one condition code.

    ``read(values, ingenierie)`` gets the values of ``annotations`` for this ingénierie; ``url(pk)`` is where it is
    mended; ``link`` words that link (« Écrire la problématique »).
    """

    read: Callable[[dict[str, Any], Any], Answer]
    url: Callable[[int], str]
    link: str
    annotations: Annotations | None = None


CONDITIONS: Registry[ConditionProvider] = Registry("conditions")


@dataclass(frozen=True)
class ConditionState:
    """A condition as the gate shows it."""

    definition: ConditionDef
    ok: bool
    detail: str
    url: str
    link: str
    attestable: bool = False

    @property
    def blocks(self) -> bool:
        return self.definition.blocking and not self.ok


def definitions_of(ingenierie: Any) -> tuple[ConditionDef, ...]:
    """The conditions that the cycle asks to leave the present step; none when the ingénierie is closed."""
    return methodology.get(ingenierie.methodologie_id).gates.get(ingenierie.state, ())


def providers_of(definitions: Iterable[ConditionDef]) -> list[ConditionProvider]:
    """Those who answer for these conditions."""
    return [provider for d in definitions if (provider := CONDITIONS.get(d.code))]


def _state(definition: ConditionDef, ingenierie: Any, values: dict[str, Any], attested: dict) -> ConditionState:
    provider = CONDITIONS.get(definition.code)
    if provider is not None:
        found = provider.read(values, ingenierie)
        return ConditionState(definition, found.ok, found.detail, provider.url(ingenierie.pk), provider.link)
    given = attested.get((ingenierie.pk, definition.code))
    return ConditionState(
        definition,
        given is not None,
        f"attesté par {given.by_label} : {given.text}" if given else "à attester par le pilote",
        reverse("projects:attester", args=[ingenierie.pk, definition.code]),
        "Revoir l’attestation" if given else "Attester",
        attestable=True,
    )


def evaluate(
    ingenieries: Iterable[Any], values: dict[int, dict[str, Any]] | None = None
) -> dict[int, list[ConditionState]]:
    """The conditions to leave the present step of each ingénierie: ``{pk: [state, …]}``; empty when it is closed.

    Two queries whatever the number of ingénieries (facts, attestations); one less when their ``values`` are known.
    """
    ingenieries = list(ingenieries)
    definitions = {i.pk: definitions_of(i) for i in ingenieries}
    asked = {d.code: d for rows in definitions.values() for d in rows}
    if values is None:
        values = facts.fetch([i.pk for i in ingenieries], providers_of(asked.values()))
    unanswered = [code for code in asked if code not in CONDITIONS]
    attested: dict[tuple[int, str], Attestation] = {}
    if unanswered:
        for row in Attestation.objects.filter(ingenierie__in=[i.pk for i in ingenieries], condition__in=unanswered):
            attested[(row.ingenierie_id, row.condition)] = row
    return {i.pk: [_state(d, i, values[i.pk], attested) for d in definitions[i.pk]] for i in ingenieries}


def conditions_of(ingenierie: Any) -> list[ConditionState]:
    """The conditions to leave the present step of one ingénierie."""
    return evaluate([ingenierie])[ingenierie.pk]


def missing_labels(ingenierie: Any, actor: Actor) -> list[str]:
    """Labels of the blocking conditions not satisfied, with what is missing."""
    return [
        state.definition.label + (f" ({state.detail})" if state.detail else "")
        for state in conditions_of(ingenierie)
        if state.blocks
    ]
