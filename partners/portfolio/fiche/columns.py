"""The fiche in a spreadsheet: its headings, and how each cell is read."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from core import clock
from core.imports import Column, choice_cell, padded_digits, phone_cell, several_cells, year_cell
from core.imports.cells import SEPARATOR
from partners.portfolio.fiche.enums import RegimeTva
from partners.portfolio.fiche.services.blocs import MOST
from partners.portfolio.prestataire.enums import TypePrestataire
from referentiels.cells import departement_cell, reference_cell, reference_choices
from referentiels.models import (
    Departement,
    Domaine,
    FormeJuridique,
    Region,
    Secteur,
    ThemeAccompagnement,
    TypeIntervention,
)

_WORDS = "Écrivez chaque référence « année | qui a demandé | objet », et séparez-les par « ; »."
_SEVERAL = "Plusieurs se séparent par « ; »."
_TYPES = [(value, (label, value)) for value, label in TypePrestataire.choices]
_TVA = [
    (RegimeTva.ASSUJETTI, (RegimeTva.ASSUJETTI.label, "assujetti", "oui", "facture")),
    (RegimeTva.FRANCHISE, (RegimeTva.FRANCHISE.label, "franchise", "non", "exonéré", "non assujetti")),
]
_YES_NO = [("true", ("oui", "x", "vrai", "1")), ("false", ("non", "faux", "0"))]
_yes_no = choice_cell(lambda: _YES_NO)


def _read_references(text: str) -> str:
    reference_parts(text)
    return text


COLUMNS = (
    Column(
        "raison_sociale", "Raison sociale", "Le nom exact, celui des conventions.", "Atelier des exemples",
        required=True, aliases=("Nom", "Prestataire", "Dénomination", "Nom du prestataire"),
    ),
    Column("sigle", "Sigle", "S’il y en a un.", "ADE"),
    Column(
        "siret", "SIRET", "14 chiffres, avec ou sans espaces : c’est lui qui dit si le prestataire est déjà inscrit.",
        "", required=True, read=padded_digits(14, least=12), aliases=("Numéro SIRET", "N° SIRET"),
    ),
    Column(
        "forme_juridique", "Forme juridique", "Son libellé ou son code.", "Association loi 1901",
        read=reference_cell(FormeJuridique), choices=reference_choices(FormeJuridique),
    ),
    Column("ape", "Code APE", "Quatre chiffres et une lettre.", "7022Z", aliases=("APE", "NAF", "Code NAF")),
    Column("address", "Adresse", "Voie et numéro.", "4 rue du Lavoir"),
    Column("code_postal", "Code postal", "Cinq chiffres.", "37000", read=padded_digits(5, least=4)),
    Column("commune", "Commune", "Son nom.", "Tours", aliases=("Ville",)),
    Column("website", "Site internet", "L’adresse complète.", "https://www.exemple.fr", aliases=("Site",)),
    Column(
        "contact_email", "Référent : courriel", "L’adresse de la personne qui tiendra la fiche : l’invitation lui est "
        "envoyée.", "contact@exemple.fr", required=True,
        aliases=("E-mail du référent", "Courriel", "E-mail", "Email", "Adresse électronique", "Mail"),
    ),
    Column("contact_name", "Référent : nom", "Prénom et nom.", "", aliases=("Référent", "Contact")),
    Column("contact_function", "Référent : fonction", "Sa fonction.", "Gérance"),
    Column(
        "contact_phone", "Référent : téléphone", "Son numéro.", "02 00 00 00 00",
        read=phone_cell, aliases=("Téléphone",),
    ),
    Column(
        "kind", "Type", "Ce qu’il est.", TypePrestataire.CABINET.label,
        read=choice_cell(lambda: _TYPES), choices=lambda: TypePrestataire.labels,
    ),
    Column("annee_creation", "Année de création", "Quatre chiffres.", "1998", read=year_cell),
    Column("effectif", "Effectif", "Nombre de personnes.", "6", number=True),
    Column(
        "tva", "TVA", "Facture-t-il la TVA ?", RegimeTva.ASSUJETTI.label,
        read=choice_cell(lambda: _TVA), choices=lambda: RegimeTva.labels,
    ),
    Column("declaration_activite", "Déclaration d’activité de formation", "Le numéro, s’il en a un.", ""),
    Column("assureur", "Assureur", "Responsabilité civile professionnelle.", "Mutuelle des exemples"),
    Column(
        "departements", "Départements d’intervention", f"Noms ou numéros. {_SEVERAL}", "37 ; Loiret (45)",
        read=several_cells(departement_cell), choices=reference_choices(Departement), aliases=("Départements",),
    ),
    Column(
        "regions", "Autres régions", f"Celles où la publication est aussi demandée. {_SEVERAL}", "",
        read=several_cells(reference_cell(Region)), choices=reference_choices(Region),
    ),
    Column("reseaux", "Réseaux", "Réseaux et fédérations.", "Union régionale des accompagnateurs"),
    Column("presentation", "Présentation", "L’activité d’accompagnement.", "Nous accompagnons des associations."),
    Column("methode", "Façon de travailler", "Comment se déroule une mission.", ""),
    Column("individuel", "Accompagnements individuels", "oui ou non.", "oui", read=_yes_no, aliases=("Individuel",)),
    Column("collectif", "Accompagnements collectifs", "oui ou non.", "oui", read=_yes_no, aliases=("Collectif",)),
    Column(
        "domaines", "Domaines", f"Libellés ou codes. {_SEVERAL}", "Gestion financière ; Communication, partenariat",
        read=several_cells(reference_cell(Domaine)), choices=reference_choices(Domaine),
    ),
    Column(
        "themes", "Thèmes", f"Libellés ou codes. {_SEVERAL}", "",
        read=several_cells(reference_cell(ThemeAccompagnement)), choices=reference_choices(ThemeAccompagnement),
    ),
    Column(
        "secteurs", "Secteurs", f"Libellés ou codes. {_SEVERAL}", "Culture ; Sport",
        read=several_cells(reference_cell(Secteur)), choices=reference_choices(Secteur),
        aliases=("Secteurs d’activité",),
    ),
    Column(
        "types", "Types d’intervention", f"Libellés ou codes. {_SEVERAL}", "",
        read=several_cells(reference_cell(TypeIntervention)), choices=reference_choices(TypeIntervention),
    ),
    Column(
        "references", "Références", "Année | qui a demandé | objet, une référence après l’autre. Plusieurs se séparent "
        "par « ; ».", "2019 | Un DLA | Projet associatif ; 2021 | Une fédération | Tableau de bord",
        read=_read_references,
    ),
    Column("prix_min", "Prix par jour HT, au moins (€)", "En euros, hors taxes.", "600", number=True,
           aliases=("Prix par jour", "Prix par jour HT", "Prix par jour HT, au moins")),
    Column("prix_max", "Prix par jour HT, au plus (€)", "Vide si le prix est unique.", "900", number=True,
           aliases=("Prix par jour HT, au plus",)),
    Column("frais", "Frais de déplacement", "Comment ils se comptent.", "Au réel, sur justificatifs"),
    Column("disponible_le", "Disponible à partir du", "Vide s’il est disponible dès maintenant.", "", date=True),
    Column("autres", "Autres informations", "Ce que le reste ne dit pas.", ""),
)  # fmt: skip


def reference_parts(text: str) -> list[dict[str, Any]]:
    """The references that a cell tells. Raises ``ValidationError`` for one that is not year, client, object."""
    found = []
    for part in text.replace("\n", SEPARATOR).split(SEPARATOR):
        if not part.strip():
            continue
        cells = [cell.strip() for cell in part.split("|")]
        if len(cells) != 3 or not all(cells) or not (cells[0].isascii() and cells[0].isdigit()):
            raise ValidationError(f"« {part.strip()[:80]} » ne se lit pas. {_WORDS}")
        year = int(cells[0])
        if not 1980 <= year <= clock.today().year + 1:
            raise ValidationError(f"« {cells[0][:20]} » n’est pas une année de référence possible.")
        if len(cells[1]) > 160 or len(cells[2]) > 1000:
            raise ValidationError(
                f"« {cells[1][:40]}… » est trop long : 160 caractères pour qui a demandé, 1 000 pour l’objet."
            )
        found.append({"annee": year, "client": cells[1], "objet": cells[2]})
    if len(found) > MOST:
        raise ValidationError(f"Une fiche présente {MOST} références au plus : gardez les plus parlantes.")
    return found
