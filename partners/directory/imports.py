"""Importing partners from a spreadsheet (``core.imports``)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any

from core.actor import Actor
from core.imports import Column, ImportKind, choice_cell, padded_digits
from core.imports.kinds import Resemblance
from core.text import normalise
from partners.directory import permissions, services
from partners.directory.enums import Famille
from partners.directory.forms import PartenaireLineForm
from partners.directory.likeness import NearPartenaires
from partners.directory.models import Partenaire
from referentiels.cells import reference_cell, reference_choices
from referentiels.models import Departement, Region, Secteur

_FAMILLES = [(value, (label, value)) for value, label in Famille.choices]
_departement = reference_cell(Departement)
_two_digits = padded_digits(2)


def _read_departement(text: str) -> str:
    return _departement(_two_digits(text))


COLUMNS = (
    Column(
        "name", "Nom", "Le nom d’usage, en entier.", "Conseil départemental d’Indre-et-Loire", required=True,
        aliases=("Nom du partenaire", "Organisme", "Partenaire"),
    ),
    Column("sigle", "Sigle", "S’il y en a un.", "CD 37"),
    Column(
        "famille", "Famille", "Une des quatre familles de partenaires.", Famille.FINANCEURS.label, required=True,
        read=choice_cell(lambda: _FAMILLES), choices=lambda: Famille.labels,
    ),
    Column(
        "departement", "Département", "Son nom ou son numéro, s’il agit dans un seul.", "Indre-et-Loire (37)",
        read=_read_departement, choices=reference_choices(Departement),
    ),
    Column(
        "region", "Région", "S’il agit dans toute une région ; rien s’il est national.", "",
        read=reference_cell(Region), choices=reference_choices(Region),
    ),
    Column(
        "secteur", "Secteur", "Son libellé ou son code ; rien s’il les concerne tous.", "Sport",
        read=reference_cell(Secteur), choices=reference_choices(Secteur), aliases=("Secteur d’activité",),
    ),
    Column("website", "Site internet", "L’adresse complète.", "https://www.exemple.fr", aliases=("Site",)),
    Column("contact_name", "Contact : nom", "La personne à joindre, avec son accord.", ""),
    Column("contact_function", "Contact : fonction", "Sa fonction, son service.", "Service de la vie associative"),
    Column("contact_email", "Contact : courriel", "Son adresse électronique.", "contact@exemple.fr"),
    Column("contact_phone", "Contact : téléphone", "Son numéro.", "02 00 00 00 00"),
    Column("notes", "Notes", "Ce qu’il faut savoir de lui.", ""),
)  # fmt: skip


def _own(actor: Actor) -> Any:
    """The sheets of one's own directory, but those merged into others."""
    return Partenaire.objects.filter(organisation_id=actor.organisation_id, merged_into__isnull=True)


class _Resembling(Resemblance):
    """Partners of the région with a close name."""

    def __init__(self, actor: Actor) -> None:
        self._names = NearPartenaires(
            (f"« {name} » (annuaire de {owner})", name, sigle)
            for name, sigle, owner in Partenaire.objects.visible_to(actor).values_list(
                "name", "sigle", "organisation__name"
            )
        )

    def near(self, values: Mapping[str, Any]) -> list[str]:
        return [str(label) for label in self._names.near(values["name"])[:3]]

    def add(self, values: Mapping[str, Any], label: str) -> None:
        self._names.add(label, values["name"], values.get("sigle", ""))


class PartenaireImport(ImportKind):
    """Lines that inscribe partners in the directory of the actor's organisation, or bring their sheets up to date."""

    code = "partenaires"
    label = "Partenaires"
    noun = "partenaire"
    feminine = False
    columns = COLUMNS
    list_route = "directory:liste"
    detail_route = "directory:detail"
    recognised = (
        "Un partenaire de votre annuaire est reconnu à son nom, sans égard aux majuscules ni aux accents : sa fiche "
        "est alors mise à jour. Celles que tiennent vos voisins de la région ne changent jamais."
    )

    def why_not(self, actor: Actor) -> str | None:
        return permissions.why_not_create(actor)

    def form(self, actor: Actor) -> PartenaireLineForm:
        return PartenaireLineForm(actor=actor)

    def known(self, actor: Actor) -> Iterable[tuple[Hashable, int]]:
        return ((("nom", normalise(name)), pk) for pk, name in _own(actor).values_list("pk", "name"))

    def object_keys(self, values: Mapping[str, Any]) -> Iterable[Hashable]:
        return [("nom", normalise(values["name"]))]

    def find_keys(self, values: Mapping[str, Any]) -> Sequence[tuple[Hashable, str]]:
        return [(("nom", normalise(values["name"])), "même nom")]

    def objects(self, pks: Collection[int], actor: Actor) -> dict[int, Partenaire]:
        return _own(actor).with_list_related_data().in_bulk(list(pks))

    def resemblance(self, actor: Actor) -> Resemblance:
        return _Resembling(actor)

    def show(self, name: str, value: Any) -> str:
        return Famille(value).label if name == "famille" and value else super().show(name, value)

    def dry_run(self, obj: Partenaire | None, values: Mapping[str, Any], actor: Actor) -> None:
        if obj is not None:
            services.check_values(obj, values)

    def write(self, obj: Partenaire | None, values: Mapping[str, Any], actor: Actor, *, reason: str) -> Partenaire:
        if obj is None:
            return services.create_partenaire(values, actor=actor, confirmed=True, reason=reason)
        return services.update_partenaire(obj, values, actor=actor, expected_version=obj.version, reason=reason)
