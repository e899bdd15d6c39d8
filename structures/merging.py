"""Two sheets of one structure: found, shown side by side, made one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from core import merging
from core.actor import Actor
from core.errors import InvalidInput, NotAllowed
from core.journal import register_verbs
from core.likeness import NearNames
from core.text import normalise
from structures import permissions
from structures.models import Structure
from structures.services import EDITABLE, check_values

register_verbs(
    {
        "structures.merge": "a réuni une autre fiche à celle-ci",
        "structures.merged_into": "a réuni cette fiche à une autre, qui la remplace",
    }
)
#: What is chosen field by field, in the order of the sheet.
FIELDS = [f.name for f in Structure._meta.concrete_fields if f.name in EDITABLE]
PAIRS = 300
#: How near two names must be when the communes differ.
_ELSEWHERE = 0.9


@dataclass(frozen=True, slots=True)
class Pair:
    """Two structures that may be one, and why."""

    one: Structure
    other: Structure
    why: str
    score: float


def likely_pairs(actor: Actor) -> list[Pair]:
    """Structures of the actor's own directory that may be the same, the likeliest first (at most ``PAIRS``).

    Near names in one département (unless their numbers or communes say that they are two), or one SIREN in one
    commune; those that somebody found different are left out.
    """
    rows = list(
        Structure.objects.filter(organisation_id=actor.organisation_id, merged_into__isnull=True).values_list(
            "pk", "name", "departement_id", "siret", "rna", "commune"
        )
    )
    by_departement: dict[int, NearNames] = defaultdict(NearNames)
    by_siren: dict[tuple[str, str], list[int]] = defaultdict(list)
    known = {pk: (siret[:9], rna, normalise(commune)) for pk, _, _, siret, rna, commune in rows}
    for pk, name, departement, siret, _, commune in rows:
        by_departement[departement].add(pk, name)
        if siret:
            by_siren[siret[:9], commune].append(pk)
    found: dict[tuple[int, int], tuple[float, str]] = {}
    for names in by_departement.values():
        for score, one, other in names.pairs():
            if _surely_different(known[one], known[other], score):
                continue
            why = "même nom, à quelques mots près" if score > 0.99 else "nom proche"
            found[merging.pair_key(one, other)] = (score, f"{why}, dans le même département")
    for pks in by_siren.values():
        for one in pks:
            for other in pks:
                if one < other:
                    found[one, other] = (1.5, "même SIREN, dans la même commune")
    distinct = merging.distinct_pairs(Structure)
    kept = sorted((-score, pair, why) for pair, (score, why) in found.items() if pair not in distinct)[:PAIRS]
    structures = Structure.objects.with_list_related_data().in_bulk({pk for _, pair, _ in kept for pk in pair})
    return [Pair(structures[one], structures[other], why, -score) for score, (one, other), why in kept]


def _surely_different(one: tuple[str, str, str], other: tuple[str, str, str], score: float) -> bool:
    """Near names, but two SIREN, two RNA, or two communes: « Office de tourisme de Loches » is not that of Chinon."""
    siren, rna, commune = (bool(a and b and a != b) for a, b in zip(one, other, strict=True))
    return siren or rna or (commune and score < _ELSEWHERE)


def why_not_merge(actor: Actor, kept: Structure, gone: Structure) -> str | None:
    """Why ``actor`` may not make these two one, or ``None``."""
    if kept.organisation_id != gone.organisation_id:
        return "Ces deux fiches sont dans deux annuaires : chacun tient le sien."
    return permissions.why_not_edit(actor, kept) or permissions.why_not_edit(actor, gone)


def merge_structures(
    kept: Structure,
    gone: Structure,
    chosen: Mapping[str, str],
    *,
    actor: Actor,
    versions: tuple[int | None, int | None],
) -> Structure:
    """Make one sheet of two: ``kept`` takes what ``chosen`` says (field → ``core.merging`` choice) and all that points
    to ``gone``, which stays as it was, hidden, and leads to ``kept``.

    Raises ``NotAllowed``, ``InvalidInput``, ``StaleState``, ``EditConflict``.
    """
    if kept.pk == gone.pk:
        raise InvalidInput("Choisissez deux fiches différentes.")
    refusal = why_not_merge(actor, kept, gone)
    if refusal:
        raise NotAllowed(refusal)
    unknown = set(chosen) - set(FIELDS)
    if unknown:
        raise InvalidInput("Un des choix ne porte pas sur un champ de la fiche : rechargez la page.")
    with transaction.atomic():
        kept, gone = merging.lock_both(kept, gone, versions)
        values = merging.chosen_values(kept, gone, chosen)
        check_values(kept, values, ignoring=gone.pk)
        return merging.settle(kept, gone, values, actor=actor, verbs=("structures.merge", "structures.merged_into"))


def say_distinct(one: Structure, other: Structure, *, actor: Actor) -> None:
    """These are two structures: the pair is not signalled again. Raises ``NotAllowed``."""
    refusal = why_not_merge(actor, one, other)
    if refusal:
        raise NotAllowed(refusal)
    merging.say_distinct(one, other, actor=actor)
