"""The directory of partners: its words, its rights, what makes two sheets likely to be one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from accounts.annuaires import rights
from accounts.annuaires.annuaire import Annuaire, Pair
from accounts.annuaires.likeness import NearSheets
from core import merging
from core.actor import Actor
from partners.directory.models import ContactPartenaire, Partenaire
from partners.directory.registry import HISTORY


class Partenaires(Annuaire):
    """Each organisation keeps its own; the whole région reads them."""

    model = Partenaire
    contact_model = ContactPartenaire
    namespace = "directory"
    fields = (
        "name",
        "sigle",
        "famille",
        "departement",
        "region",
        "secteur",
        "website",
        "contact_name",
        "contact_function",
        "contact_email",
        "contact_phone",
        "notes",
    )
    one_of = ("departement", "region")
    title, noun, nouns, feminine = "Partenaires", "partenaire", "partenaires", False
    a, another, the, of, this = (
        "un partenaire",
        "un autre partenaire",
        "le partenaire",
        "du partenaire",
        "ce partenaire",
    )
    already = {"name": "{} est déjà dans votre annuaire."}
    same_lookup = "iexact"
    near_refusal = "Des partenaires de la région portent un nom proche : vérifiez qu’il ne s’agit pas du même."
    near_intro = "L’annuaire de la région a déjà :"
    new_intro = "Le nom et la famille suffisent pour commencer. La fiche sera lue dans toute la région."
    empty_list = (
        "L’annuaire est vide. Il rassemble les réseaux, financeurs et ressources de la région : une fois inscrits, ils "
        "se retrouvent dans chaque ingénierie."
    )
    reason_examples = "Par exemple : dispositif terminé, inscrit deux fois. Inscrit au journal."
    search_label = "Nom, sigle, territoire"
    history_title = "Ses ingénieries"
    history_empty = "Il n’est encore dans aucune ingénierie."
    history_providers = HISTORY
    intro = (
        "Ces fiches se ressemblent, et l’une au moins est de votre annuaire. Si c’est le même partenaire, "
        "réunissez-les : vous choisissez champ par champ, et tout ce qui se rattache à l’une passe à l’autre. Deux "
        "antennes d’un même organisme ne sont pas un doublon : dites-le, et la paire ne sera plus signalée. Deux "
        "fiches de deux annuaires ne se réunissent pas : accordez-vous sur celle qui reste."
    )
    empty = "Aucun partenaire de votre annuaire ne ressemble à un autre de la région."
    moves = "ses contacts, ses ingénieries, ce qui y est noté de lui et les réponses qu’il a données"
    which = "Quelle fiche de votre annuaire est celle du même partenaire ?"
    none_near = "Aucune fiche de votre annuaire n’a un nom proche : cherchez-la."
    pairs_max = 100

    def can_view(self, actor: Actor, sheet: Partenaire) -> bool:
        return sheet.merged_into_id is None and rights.reads(actor, sheet, region=True)

    def why_not_tell_apart(self, actor: Actor, one: Partenaire, other: Partenaire) -> str | None:
        """Who keeps one of the two may say it."""
        refusals = [self.why_not_edit(actor, sheet) for sheet in (one, other)]
        return refusals[0] if all(refusals) else None

    def may_be(self, actor: Actor, values: Mapping[str, Any]) -> QuerySet:
        return Partenaire.objects.visible_to(actor).active()

    def details(self, sheet: Partenaire) -> dict[str, str]:
        famille, territoire = sheet.get_famille_display(), sheet.territoire or "National ou non précisé"
        return {
            "famille": famille,
            "territoire": territoire,
            "secteur": sheet.secteur.label if sheet.secteur else "Tous",
            "near": f"{territoire}, annuaire de {sheet.organisation}",
            "where": f"{famille} · {territoire} · annuaire de {sheet.organisation}",
            "about": f"{famille} · {territoire}",
        }

    def pairs(self, actor: Actor) -> list[Pair]:
        """Pairs of active partners of the région with near names, one of them at least kept by the actor's
        organisation.

        The nearest first, those of one's own directory before those shared with a neighbour; those of two départements
        (« de l’Indre », « d’Indre-et-Loire »), and those that somebody found different, are left out. Four queries.
        """
        visible = Partenaire.objects.visible_to(actor).active()
        rows = list(visible.values_list("pk", "organisation_id", "departement_id"))
        owners = {pk: owner for pk, owner, _ in rows}
        places = {pk: departement for pk, _, departement in rows if departement is not None}
        names = NearSheets(visible.values_list("pk", "name", "sigle"))
        own, distinct = actor.organisation_id, merging.distinct_pairs(Partenaire)
        found = []
        for score, one, other in names.pairs():
            mine = sum(owners.get(pk) == own for pk in (one, other))
            apart = one in places and other in places and places[one] != places[other]
            if mine and not apart and merging.pair_key(one, other) not in distinct:
                found.append((-mine, -score, *sorted((one, other), key=lambda pk: (owners[pk] != own, pk))))
        found = sorted(found)[: self.pairs_max]
        partners = Partenaire.objects.with_list_related_data().in_bulk({pk for _, _, *pair in found for pk in pair})
        return [
            Pair(
                partners[one],
                partners[other],
                "même nom ou même sigle, à quelques mots près" if score < -0.99 else "nom ou sigle proche",
                -score,
            )
            for _, score, one, other in found
        ]


PARTENAIRES = Partenaires()
