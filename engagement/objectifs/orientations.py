"""Which type of ingénierie each objective leads to (000, fiche pratique 2: objectives guide the choice).

The fiche draws no table: what is said here is counted in the six fiches expériences, and stays a suggestion.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.formats import plural
from engagement.objectifs.enums import ObjectifOperationnel
from projects.enums import TYPE_COURT, TypeIngenierie
from projects.identification.aide_type import types_that_aim_for, types_together

#: Objectives that say where, with whom or for what next, rather than how.
POUR_TOUS: dict[str, str] = {
    ObjectifOperationnel.TERRITOIRE: "Vaut pour tous les types : il dit où et avec qui, plutôt que comment.",
    ObjectifOperationnel.BESOINS: "Vaut pour tous les types : chacun fait remonter des besoins.",
}


def _most(counts: dict[str, int]) -> tuple[str, ...]:
    """The types counted most, in the order of the framework."""
    return tuple(code for code in TypeIngenierie.values if counts.get(code) == max(counts.values()))


def of_objective(code: str) -> tuple[tuple[str, ...], str]:
    """(types this objective leads to, a sentence); no type when it does not decide, no sentence when nothing is known
    of it (an objective of the ingénierie's own)."""
    counts = types_that_aim_for(code)
    if not counts:
        return (), POUR_TOUS.get(code, "")
    told = [
        f"{counts[found]} de {TYPE_COURT[TypeIngenierie(found)].lower()}"
        for found in TypeIngenierie.values
        if counts[found]
    ]
    count = plural(sum(counts.values()), "fiche expérience", "fiches expériences")
    return _most(counts), f"Visé par {count} : {', '.join(told)}."


def orientation(codes: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """(types the objectives together lead to, a sentence); no type when nothing decides."""
    codes = [code for code in codes if types_that_aim_for(code)]
    counts = types_together(codes)
    if not counts:
        return (), ""
    best = _most(counts)
    if TypeIngenierie.REPONSE_COLLECTIVE in counts:
        if best == (TypeIngenierie.REPONSE_COLLECTIVE,):
            return (
                best,
                "Rien dans ces objectifs ne demande de produire avec les structures : informer ou former suffit.",
            )
        return best, "Ces objectifs ne décident pas à eux seuls : voyez ce qu’on attend des structures."
    why = "Ces objectifs demandent de produire avec les structures."
    if any(of_objective(code)[0] == (TypeIngenierie.REPONSE_COLLECTIVE,) for code in codes):
        why += " Ceux qui appellent des sessions d’information ou de formation peuvent les placer en amont."
    return best, why
