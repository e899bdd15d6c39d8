"""Two sheets of one partner: found, shown side by side, made one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from core import merging
from core.actor import Actor
from core.journal import register_verbs
from core.merging import MergeKind, Pair
from partners.directory import permissions, presenters, services
from partners.directory.contacts import CONTACTS
from partners.directory.likeness import NearPartenaires
from partners.directory.models import Partenaire

register_verbs(
    {
        "directory.merge": "a réuni une autre fiche à celle-ci",
        "directory.merged_into": "a réuni cette fiche à une autre, qui la remplace",
    }
)
#: Pairs looked at: the nearest ones.
PAIRS_MAX = 100


def likely_pairs(actor: Actor) -> list[Pair]:
    """Pairs of active partners of the région with near names, one of them at least kept by the actor's organisation.

    The nearest first, :data:`PAIRS_MAX` at most, those of one's own directory before those shared with a neighbour;
    those of two départements (« de l’Indre », « d’Indre-et-Loire »), and those that somebody found different, are left
    out. Four queries.
    """
    visible = Partenaire.objects.visible_to(actor).active()
    rows = list(visible.values_list("pk", "organisation_id", "departement_id"))
    owners = {pk: owner for pk, owner, _ in rows}
    places = {pk: departement for pk, _, departement in rows if departement is not None}
    names = NearPartenaires(visible.values_list("pk", "name", "sigle"))
    own, distinct = actor.organisation_id, merging.distinct_pairs(Partenaire)
    found = []
    for score, one, other in names.pairs():
        mine = sum(owners.get(pk) == own for pk in (one, other))
        apart = one in places and other in places and places[one] != places[other]
        if mine and not apart and merging.pair_key(one, other) not in distinct:
            found.append((-mine, -score, *sorted((one, other), key=lambda pk: (owners[pk] != own, pk))))
    found = sorted(found)[:PAIRS_MAX]
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


class PartenaireMerging(MergeKind):
    """The directory of partners."""

    model = Partenaire
    namespace = "directory"
    fields = [f.name for f in Partenaire._meta.concrete_fields if f.name in services.EDITABLE]
    one_of = ("departement", "region")
    verbs = ("directory.merge", "directory.merged_into")
    title, noun, nouns = "Partenaires", "partenaire", "partenaires"
    intro = (
        "Ces fiches se ressemblent, et l’une au moins est de votre annuaire. Si c’est le même partenaire, "
        "réunissez-les : vous choisissez champ par champ, et tout ce qui se rattache à l’une passe à l’autre. Deux "
        "antennes d’un même organisme ne sont pas un doublon : dites-le, et la paire ne sera plus signalée. Deux "
        "fiches de deux annuaires ne se réunissent pas : accordez-vous sur celle qui reste."
    )
    empty = "Aucun partenaire de votre annuaire ne ressemble à un autre de la région."
    moves = "ses contacts, ses ingénieries, ce qui y est noté de lui et les réponses qu’il a données"
    which = "Quelle fiche de votre annuaire est celle du même partenaire ?"
    search_label = "Nom, sigle, territoire"
    none_near = "Aucune fiche de votre annuaire n’a un nom proche : cherchez-la."
    pairs_max = PAIRS_MAX

    def readable(self, actor: Actor) -> QuerySet:
        return Partenaire.objects.visible_to(actor).with_list_related_data()

    def why_not_look(self, actor: Actor) -> str | None:
        if not permissions.keeps_directory(actor):
            return "L’annuaire des partenaires est tenu par les DLA et les C2RA : vous n’en êtes pas membre."
        return None

    def why_not_edit(self, actor: Actor, obj: Partenaire) -> str | None:
        return permissions.why_not_edit(actor, obj)

    def why_not_tell_apart(self, actor: Actor, one: Partenaire, other: Partenaire) -> str | None:
        """Who keeps one of the two may say it."""
        refusals = [permissions.why_not_edit(actor, obj) for obj in (one, other)]
        return refusals[0] if all(refusals) else None

    def check_values(self, kept: Partenaire, values: Mapping[str, Any], *, ignoring: int) -> None:
        services.check_values(kept, values, ignoring=ignoring)

    def keep_rest(self, kept: Partenaire, gone: Partenaire, values: Mapping[str, Any], actor: Actor) -> None:
        CONTACTS.keep_mains(kept, gone, values, actor)

    def sheets(self, objects: Sequence[Partenaire]) -> list[dict[str, Any]]:
        return [
            {
                **row,
                "place": f"{row['famille']} · {row['territoire']} · annuaire de {row['organisation']}",
                "about": f"{row['famille']} · {row['territoire']}",
            }
            for row in presenters.rows(objects)
        ]

    def pairs(self, actor: Actor) -> list[Pair]:
        return likely_pairs(actor)

    def near(self, obj: Partenaire, limit: int) -> list[int]:
        own = Partenaire.objects.filter(organisation_id=obj.organisation_id, merged_into__isnull=True)
        return [partenaire.pk for partenaire in services.near(own.exclude(pk=obj.pk), obj.name, limit=limit)]


PARTENAIRES = PartenaireMerging()
