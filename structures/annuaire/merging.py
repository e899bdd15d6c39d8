"""Two sheets of one structure: found, shown side by side, made one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from core import merging
from core.actor import Actor
from core.journal import register_verbs
from core.likeness import NearNames
from core.merging import MergeKind, Pair
from core.text import normalise
from structures.annuaire import duplicates, permissions, presenters
from structures.annuaire.contacts import CONTACTS
from structures.annuaire.models import Structure
from structures.annuaire.services import EDITABLE, check_values

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


class StructureMerging(MergeKind):
    """The directory of structures."""

    model = Structure
    namespace = "structures"
    fields = FIELDS
    verbs = ("structures.merge", "structures.merged_into")
    title, noun, nouns = "Structures", "structure", "structures"
    intro = (
        "Ces fiches de votre annuaire se ressemblent. Si c’est la même structure, réunissez-les : vous choisissez "
        "champ par champ, et tout ce qui se rattache à l’une passe à l’autre. Sinon, dites-le : la paire ne sera plus "
        "signalée."
    )
    empty = "Aucune paire de fiches ne se ressemble dans votre annuaire."
    moves = "ses contacts, ses diagnostics, ses plans, ses ingénieries et ses pièces"
    which = "Quelle fiche de votre annuaire est celle de la même structure ?"
    search_label = "Nom, sigle, commune, SIRET, RNA"
    none_near = "Aucune fiche n’a un nom proche dans le même département : cherchez-la."
    pairs_max = PAIRS

    def readable(self, actor: Actor) -> QuerySet:
        return (
            Structure.objects.visible_to(actor)
            .filter(merged_into__isnull=True)
            .select_related("organisation", "departement", "secteur", "branche", "forme_juridique")
        )

    def why_not_look(self, actor: Actor) -> str | None:
        return permissions.why_not_create(actor)

    def why_not_edit(self, actor: Actor, obj: Structure) -> str | None:
        return permissions.why_not_edit(actor, obj)

    def check_values(self, kept: Structure, values: Mapping[str, Any], *, ignoring: int) -> None:
        check_values(kept, values, ignoring=ignoring)

    def keep_rest(self, kept: Structure, gone: Structure, values: Mapping[str, Any], actor: Actor) -> None:
        CONTACTS.keep_mains(kept, gone, values, actor)

    def sheets(self, objects: Sequence[Structure]) -> list[dict[str, Any]]:
        return [
            {
                **row,
                "place": row["place"] or row["departement"],
                "about": f"{', '.join(filter(None, (row['place'], row['departement'])))} · {row['secteur']}",
            }
            for row in presenters.rows(objects)
        ]

    def pairs(self, actor: Actor) -> list[Pair]:
        return likely_pairs(actor)

    def near(self, obj: Structure, limit: int) -> list[int]:
        found = duplicates.near(obj.organisation_id, obj.name, obj.departement_id, limit=limit)
        return [structure.pk for structure in found]


STRUCTURES = StructureMerging()
