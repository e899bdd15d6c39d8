"""Importing structures from a spreadsheet (``core.imports``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any

from core.actor import Actor
from core.imports import Column, ImportKind, choice_cell, padded_digits
from core.imports.kinds import Resemblance
from core.likeness import NearNames
from core.text import normalise
from referentiels.cells import reference_cell, reference_choices
from referentiels.models import Branche, Departement, FormeJuridique, Secteur
from structures.annuaire import permissions, services
from structures.annuaire.enums import Nature
from structures.annuaire.forms import StructureLineForm
from structures.annuaire.models import Structure
from structures.identifiers import format_siret

_NATURES = [(value, (label, value)) for value, label in Nature.choices]
_departement = reference_cell(Departement)
_two_digits = padded_digits(2)
_departement_choices = reference_choices(Departement)


def _read_departement(text: str) -> str:
    return _departement(_two_digits(text))


COLUMNS = (
    Column(
        "name", "Nom", "Le nom d’usage, en entier.", "Les Ateliers du Pont-Vieux", required=True,
        aliases=("Nom de la structure", "Raison sociale", "Structure"),
    ),
    Column("sigle", "Sigle", "S’il y en a un.", "APV"),
    Column(
        "nature", "Nature", "Ce qu’elle est ; sans réponse, une structure d’utilité sociale.", Nature.STRUCTURE.label,
        read=choice_cell(lambda: _NATURES), choices=lambda: Nature.labels,
    ),
    Column(
        "forme_juridique", "Forme juridique", "Son libellé ou son code.", "Association loi 1901",
        read=reference_cell(FormeJuridique), choices=reference_choices(FormeJuridique),
    ),
    Column(
        "siret", "SIRET", "14 chiffres, avec ou sans espaces. C’est lui qui reconnaît le plus sûrement une structure.",
        "", read=padded_digits(14, least=12), aliases=("Numéro SIRET", "N° SIRET"),
    ),
    Column("rna", "RNA", "La lettre W et neuf caractères.", "", aliases=("Numéro RNA", "N° RNA")),
    Column("address", "Adresse", "Voie et numéro.", "4 rue du Lavoir"),
    Column("code_postal", "Code postal", "Cinq chiffres.", "37000", read=padded_digits(5, least=4)),
    Column("commune", "Commune", "Son nom.", "Tours", aliases=("Ville",)),
    Column(
        "departement", "Département", "Son nom ou son numéro : « Indre-et-Loire », « 37 ».", "Indre-et-Loire (37)",
        required=True, read=_read_departement, choices=_departement_choices,
    ),
    Column("territoire", "Territoire d’action", "Là où elle agit, et là où elle pourrait agir.", "L’agglomération"),
    Column(
        "secteur", "Secteur", "Son libellé ou son code.", "Culture", required=True,
        read=reference_cell(Secteur), choices=reference_choices(Secteur), aliases=("Secteur d’activité",),
    ),
    Column(
        "branche", "Branche", "Une branche de ce secteur.", "Spectacle vivant",
        read=reference_cell(Branche), choices=reference_choices(Branche),
    ),
    Column("annee_creation", "Année de création", "Quatre chiffres.", "1998", number=True),
    Column("projet", "Projet", "Finalités, histoire, membres, vie associative.", "Née d’un collectif d’habitants."),
    Column("budget", "Budget (€)", "Budget annuel en euros.", "145 000,50", number=True, aliases=("Budget annuel",)),
    Column("etp", "ETP", "Équivalents temps plein.", "4,5", number=True, aliases=("Emplois (ETP)",)),
    Column("salaries", "Salariés", "Nombre de personnes.", "6", number=True),
    Column("benevoles", "Bénévoles", "Nombre de personnes.", "25", number=True),
    Column("adherents", "Adhérents", "Nombre de personnes ou de structures.", "120", number=True),
    Column("financements", "Financements", "Types de financement, partenaires.", "Département, ventes de services"),
    Column("competences", "Compétences", "Savoir-faire de l’équipe.", "Régie, accueil de publics"),
    Column("contact_name", "Contact : nom", "La seule personne à joindre, avec son accord.", ""),
    Column("contact_function", "Contact : fonction", "Sa fonction.", "Direction"),
    Column("contact_email", "Contact : courriel", "Son adresse électronique.", "contact@exemple.fr"),
    Column("contact_phone", "Contact : téléphone", "Son numéro.", "02 00 00 00 00"),
    Column("notes", "Notes", "Réservées à ceux qui lisent la fiche.", ""),
)  # fmt: skip


class _NearStructures(Resemblance):
    """Structures of the same département with a close name."""

    def __init__(self, actor: Actor) -> None:
        self._by_departement: dict[int, NearNames] = defaultdict(NearNames)
        rows = Structure.objects.filter(organisation_id=actor.organisation_id, merged_into__isnull=True).values_list(
            "name", "sigle", "commune", "departement_id"
        )
        for name, sigle, commune, departement in rows:
            label = f"« {name} »" + (f" ({commune})" if commune else "")
            self._add(departement, name, sigle, label)

    def _add(self, departement: int, name: str, sigle: str, label: str) -> None:
        self._by_departement[departement].add(label, name)
        if sigle and len(sigle) > 3:
            self._by_departement[departement].add(label, sigle)

    def near(self, values: Mapping[str, Any]) -> list[str]:
        return [str(label) for label in self._by_departement[values["departement"].pk].near(values["name"])[:3]]

    def add(self, values: Mapping[str, Any], label: str) -> None:
        self._add(values["departement"].pk, values["name"], values.get("sigle", ""), label)


class StructureImport(ImportKind):
    """Lines that inscribe structures in the directory of the actor's organisation, or bring their sheets up to date."""

    code = "structures"
    label = "Structures"
    noun = "structure"
    columns = COLUMNS
    list_route = "structures:liste"
    detail_route = "structures:detail"
    recognised = (
        "Une structure de votre annuaire est reconnue à son SIRET, sinon à son numéro RNA, sinon à son nom exact dans "
        "le même département : sa fiche est alors mise à jour."
    )

    def why_not(self, actor: Actor) -> str | None:
        return permissions.why_not_create(actor)

    def form(self, actor: Actor) -> StructureLineForm:
        return StructureLineForm(actor=actor)

    @staticmethod
    def _keys(siret: str, rna: str, name: str, departement: int) -> Iterable[Hashable]:
        if siret:
            yield "siret", siret
        if rna:
            yield "rna", rna
        yield "nom", normalise(name), departement
        if not siret:
            yield "nom sans siret", normalise(name), departement

    def known(self, actor: Actor) -> Iterable[tuple[Hashable, int]]:
        rows = Structure.objects.filter(organisation_id=actor.organisation_id, merged_into__isnull=True).values_list(
            "pk", "siret", "rna", "name", "departement_id"
        )
        for pk, siret, rna, name, departement in rows:
            for key in self._keys(siret, rna, name, departement):
                yield key, pk

    def object_keys(self, values: Mapping[str, Any]) -> Iterable[Hashable]:
        return self._keys(values.get("siret", ""), values.get("rna", ""), values["name"], values["departement"].pk)

    def find_keys(self, values: Mapping[str, Any]) -> Sequence[tuple[Hashable, str]]:
        siret, rna = values.get("siret", ""), values.get("rna", "")
        name = (normalise(values["name"]), values["departement"].pk)
        keys: list[tuple[Hashable, str]] = []
        if siret:
            keys.append((("siret", siret), "même SIRET"))
        if rna:
            keys.append((("rna", rna), "même numéro RNA"))
        # Two establishments may bear one name: with a SIRET, only the sheet that has none is the same one.
        kind = "nom sans siret" if siret else "nom"
        keys.append(((kind, *name), "même nom dans le même département"))
        return keys

    def objects(self, pks: Collection[int], actor: Actor) -> dict[int, Structure]:
        return (
            Structure.objects.filter(organisation_id=actor.organisation_id, merged_into__isnull=True)
            .select_related("departement", "secteur", "branche", "forme_juridique", "organisation")
            .in_bulk(list(pks))
        )

    def resemblance(self, actor: Actor) -> Resemblance:
        return _NearStructures(actor)

    def show(self, name: str, value: Any) -> str:
        if name == "siret" and value:
            return format_siret(value)
        if name == "nature":
            return Nature(value).label
        if name == "annee_creation" and value:
            return str(value)
        return super().show(name, value)

    def dry_run(self, obj: Structure | None, values: Mapping[str, Any], actor: Actor) -> None:
        if obj is not None:
            services.check_values(obj, values)

    def write(self, obj: Structure | None, values: Mapping[str, Any], actor: Actor, *, reason: str) -> Structure:
        if obj is None:
            return services.create_structure(values, actor=actor, confirmed=True, reason=reason)
        return services.update_structure(obj, values, actor=actor, expected_version=obj.version, reason=reason)
