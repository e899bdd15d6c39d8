"""The directory of structures: its words, its rights, what makes two sheets likely to be one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.annuaires import rights
from accounts.annuaires.annuaire import Annuaire, Pair
from core import merging
from core.actor import Actor
from core.errors import InvalidInput
from core.formats import format_money_plain, format_number
from core.identifiers import clean_rna, clean_siret
from core.likeness import NearNames
from core.text import normalise
from structures.annuaire.models import ContactStructure, Structure
from structures.registry import HISTORY, READING

#: How near two names must be when the communes differ.
_ELSEWHERE = 0.9
_NUMBERS = {"siret": clean_siret, "rna": clean_rna}


class Structures(Annuaire):
    """Each DLA keeps its own; a shared ingénierie opens some to another."""

    model = Structure
    contact_model = ContactStructure
    namespace = "structures"
    fields = (
        "name",
        "sigle",
        "nature",
        "forme_juridique",
        "siret",
        "rna",
        "ape",
        "address",
        "code_postal",
        "commune",
        "departement",
        "territoire",
        "secteur",
        "branche",
        "annee_creation",
        "projet",
        "budget",
        "financements",
        "etp",
        "salaries",
        "saisonniers",
        "benevoles",
        "benevoles_actifs",
        "adherents",
        "competences",
        "contact_name",
        "contact_function",
        "contact_email",
        "contact_phone",
        "notes",
    )
    title, noun, nouns, feminine = "Structures", "structure", "structures", True
    a, another, the, of, this = (
        "une structure",
        "une autre structure",
        "la structure",
        "de la structure",
        "cette structure",
    )
    already = {
        "siret": "Ce SIRET est déjà celui de {}, dans votre annuaire.",
        "rna": "Ce numéro RNA est déjà celui de {}, dans votre annuaire.",
    }
    near_refusal = "Des structures du même département portent un nom proche : vérifiez qu’il ne s’agit pas de la même."
    near_intro = "Dans le même département, votre annuaire a déjà :"
    new_intro = (
        "Le nom, le département et le secteur suffisent pour commencer ; le reste se complète quand vous le connaissez."
    )
    empty_list = (
        "L’annuaire est vide. Il rassemble les structures que vous accompagnez : une fois inscrites, elles se "
        "retrouvent dans chaque ingénierie."
    )
    reason_examples = "Par exemple : dissoute, fusionnée, inscrite deux fois. Inscrit au journal."
    search_label = "Nom, sigle, commune, SIRET, RNA"
    history_title = "Son histoire"
    history_empty = "Ni diagnostic, ni ingénierie : son histoire commence ici."
    history_providers = HISTORY
    intro = (
        "Ces fiches de votre annuaire se ressemblent. Si c’est la même structure, réunissez-les : vous choisissez "
        "champ par champ, et tout ce qui se rattache à l’une passe à l’autre. Sinon, dites-le : la paire ne sera plus "
        "signalée."
    )
    empty = "Aucune paire de fiches ne se ressemble dans votre annuaire."
    moves = "ses contacts, ses diagnostics, ses plans, ses ingénieries et ses pièces"
    which = "Quelle fiche de votre annuaire est celle de la même structure ?"
    none_near = "Aucune fiche n’a un nom proche dans le même département : cherchez-la."
    pairs_max = 300

    def listed(self, actor: Actor) -> QuerySet:
        return Structure.objects.directory_of(actor)

    def can_view(self, actor: Actor, sheet: Structure) -> bool:
        return rights.reads(actor, sheet) or any(rule.holds(actor, sheet) for rule in READING)

    def why_not_look(self, actor: Actor) -> str | None:
        return self.why_not_create(actor)

    def checked(self, sheet: Structure, values: Mapping[str, Any]) -> dict[str, Any]:
        try:
            numbers = {name: clean(values[name]) for name, clean in _NUMBERS.items() if name in values}
        except ValidationError as error:
            raise InvalidInput("La fiche de la structure est à corriger.", reasons=error.messages) from error
        return super().checked(sheet, {**values, **numbers})

    def may_be(self, actor: Actor, values: Mapping[str, Any]) -> QuerySet:
        return Structure.objects.own(actor.organisation_id).filter(departement=values["departement"])

    def near_among(self, sheets: QuerySet, obj: Structure) -> QuerySet:
        return sheets.filter(departement_id=obj.departement_id)

    def details(self, sheet: Structure) -> dict[str, str]:
        departement, secteur = str(sheet.departement), sheet.secteur.label
        return {
            "place": sheet.commune,
            "departement": departement,
            "secteur": secteur,
            "etp": format_number(sheet.etp),
            "budget": format_money_plain(sheet.budget),
            "near": sheet.commune,
            "where": sheet.commune or departement,
            "about": f"{', '.join(filter(None, (sheet.commune, departement)))} · {secteur}",
        }

    def pairs(self, actor: Actor) -> list[Pair]:
        """Structures of the actor's own directory that may be the same, the likeliest first.

        Near names in one département (unless their numbers or communes say that they are two), or one SIREN in one
        commune; those that somebody found different are left out.
        """
        rows = list(
            Structure.objects.own(actor.organisation_id).values_list(
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
        kept = sorted((-score, pair, why) for pair, (score, why) in found.items() if pair not in distinct)
        kept = kept[: self.pairs_max]
        structures = Structure.objects.with_list_related_data().in_bulk({pk for _, pair, _ in kept for pk in pair})
        return [Pair(structures[one], structures[other], why, -score) for score, (one, other), why in kept]


def _surely_different(one: tuple[str, str, str], other: tuple[str, str, str], score: float) -> bool:
    """Near names, but two SIREN, two RNA, or two communes: « Office de tourisme de Loches » is not that of Chinon."""
    siren, rna, commune = (bool(a and b and a != b) for a, b in zip(one, other, strict=True))
    return siren or rna or (commune and score < _ELSEWHERE)


STRUCTURES = Structures()
