"""Importing structures from a spreadsheet (``core.imports``)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from accounts.annuaires.imports import SheetImport
from core.actor import Actor
from core.identifiers import format_siret
from core.imports import Column, choice_cell, padded_digits, phone_cell, year_cell
from core.text import normalise
from referentiels.cells import departement_cell, reference_cell, reference_choices
from referentiels.models import Branche, Departement, FormeJuridique, Secteur
from structures.annuaire.annuaire import STRUCTURES
from structures.annuaire.enums import Nature
from structures.annuaire.forms import StructureLineForm

_NATURES = [(value, (label, value)) for value, label in Nature.choices]

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
        required=True, read=departement_cell, choices=reference_choices(Departement),
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
    Column("annee_creation", "Année de création", "Quatre chiffres.", "1998", read=year_cell),
    Column("projet", "Projet", "Finalités, histoire, membres, vie associative.", "Née d’un collectif d’habitants."),
    Column("budget", "Budget (€)", "Budget annuel en euros.", "145 000,50", number=True, aliases=("Budget annuel",)),
    Column("etp", "ETP", "Équivalents temps plein.", "4,5", number=True, aliases=("Emplois (ETP)",)),
    Column("salaries", "Salariés", "Nombre de personnes.", "6", number=True),
    Column("benevoles", "Bénévoles", "Nombre de personnes.", "25", number=True),
    Column(
        "benevoles_actifs", "Bénévoles actifs", "Parmi les bénévoles, ceux qui agissent régulièrement.", "10",
        number=True, aliases=("Dont bénévoles actifs",),
    ),
    Column("saisonniers", "Saisonniers", "Emplois saisonniers, dans l’année.", "3", number=True,
           aliases=("Emplois saisonniers",)),
    Column("adherents", "Adhérents", "Nombre de personnes ou de structures.", "120", number=True),
    Column("financements", "Financements", "Types de financement, partenaires.", "Département, ventes de services"),
    Column("competences", "Compétences", "Savoir-faire de l’équipe.", "Régie, accueil de publics"),
    Column("contact_name", "Contact : nom", "La seule personne à joindre, avec son accord.", ""),
    Column("contact_function", "Contact : fonction", "Sa fonction.", "Direction"),
    Column("contact_email", "Contact : courriel", "Son adresse électronique.", "contact@exemple.fr"),
    Column("contact_phone", "Contact : téléphone", "Son numéro.", "02 00 00 00 00", read=phone_cell),
    Column("ape", "Code APE", "Quatre chiffres et une lettre.", "9499Z", aliases=("APE", "NAF", "Code NAF")),
    Column("notes", "Notes", "Réservées à ceux qui lisent la fiche.", ""),
)  # fmt: skip


class StructureImport(SheetImport):
    """Lines that inscribe structures in the directory of the actor's organisation, or bring their sheets up to date."""

    annuaire = STRUCTURES
    columns = COLUMNS
    line_form = StructureLineForm
    place = "departement"
    recognised = (
        "Une structure de votre annuaire est reconnue à son SIRET, sinon à son numéro RNA, sinon à son nom exact dans "
        "le même département : sa fiche est alors mise à jour."
    )

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
        rows = self.own(actor).values_list("pk", "siret", "rna", "name", "departement_id")
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

    def resembled(self, actor: Actor) -> Iterable[tuple[str, str, str, Hashable]]:
        """Structures of the same département."""
        for name, sigle, commune, departement in self.own(actor).values_list(
            "name", "sigle", "commune", "departement_id"
        ):
            yield f"« {name} »" + (f" ({commune})" if commune else ""), name, sigle, departement

    def show(self, name: str, value: Any) -> str:
        if name == "siret" and value:
            return format_siret(value)
        if name == "nature":
            return Nature(value).label
        if name == "annee_creation" and value:
            return str(value)
        return super().show(name, value)
