"""Importing partners from a spreadsheet (``core.imports``)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from accounts.annuaires.imports import SheetImport
from core.actor import Actor
from core.imports import Column, choice_cell, phone_cell
from core.text import normalise
from partners.directory.annuaire import PARTENAIRES
from partners.directory.enums import Famille
from partners.directory.forms import PartenaireLineForm
from partners.directory.models import Partenaire
from referentiels.cells import departement_cell, reference_cell, reference_choices
from referentiels.models import Departement, Region, Secteur

_FAMILLES = [(value, (label, value)) for value, label in Famille.choices]

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
        read=departement_cell, choices=reference_choices(Departement),
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
    Column("contact_phone", "Contact : téléphone", "Son numéro.", "02 00 00 00 00", read=phone_cell),
    Column("notes", "Notes", "Ce qu’il faut savoir de lui.", ""),
)  # fmt: skip


class PartenaireImport(SheetImport):
    """Lines that inscribe partners in the directory of the actor's organisation, or bring their sheets up to date."""

    annuaire = PARTENAIRES
    columns = COLUMNS
    line_form = PartenaireLineForm
    recognised = (
        "Un partenaire de votre annuaire est reconnu à son nom, sans égard aux majuscules ni aux accents : sa fiche "
        "est alors mise à jour. Celles que tiennent vos voisins de la région ne changent jamais."
    )

    def known(self, actor: Actor) -> Iterable[tuple[Hashable, int]]:
        return ((("nom", normalise(name)), pk) for pk, name in self.own(actor).values_list("pk", "name"))

    def object_keys(self, values: Mapping[str, Any]) -> Iterable[Hashable]:
        return [("nom", normalise(values["name"]))]

    def find_keys(self, values: Mapping[str, Any]) -> Sequence[tuple[Hashable, str]]:
        return [(("nom", normalise(values["name"])), "même nom")]

    def resembled(self, actor: Actor) -> Iterable[tuple[str, str, str, Hashable]]:
        """Partners of the région."""
        rows = Partenaire.objects.visible_to(actor).values_list("name", "sigle", "organisation__name")
        return ((f"« {name} » (annuaire de {owner})", name, sigle, None) for name, sigle, owner in rows)

    def show(self, name: str, value: Any) -> str:
        return Famille(value).label if name == "famille" and value else super().show(name, value)
