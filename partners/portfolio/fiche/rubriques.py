"""The five rubrics of the fiche, as data (titles of 002): pages, completeness, remarks, differences derive from it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rubrique:
    """One rubric: its fields in order, its many-valued ones, the blocks it holds, and what it is for."""

    code: str
    titre: str
    fields: tuple[str, ...]
    many: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()
    help: str = field(default="")


RUBRIQUES: tuple[Rubrique, ...] = (
    Rubrique(
        "identite",
        "Identité",
        (
            "raison_sociale", "sigle", "forme_juridique", "ape", "address", "code_postal", "commune", "website",
            "contact_name", "contact_function", "contact_email", "contact_phone",
        ),
        help="Qui vous êtes, et la personne que les DLA joignent.",
    ),
    Rubrique(
        "caracteristiques",
        "Caractéristiques",
        ("kind", "annee_creation", "effectif", "tva", "declaration_activite", "assureur", "reseaux"),
        many=("departements", "regions"),
        pieces=("assurance", "statuts"),
        help="Votre taille, votre assurance, où vous intervenez.",
    ),
    Rubrique(
        "experiences",
        "Expériences dans le champ de l’accompagnement",
        ("presentation", "methode", "individuel", "collectif"),
        many=("secteurs", "domaines", "themes", "types"),
        blocks=("references",),
        pieces=("references",),
        help="Ce sur quoi les DLA vous cherchent : domaines, thèmes, secteurs, et ce que vous avez déjà fait.",
    ),
    Rubrique(
        "ressources",
        "Ressources humaines",
        (),
        blocks=("intervenants",),
        pieces=("cv",),
        help="Les personnes qui interviennent. Leur CV n’est pas public, et chaque lecture est notée.",
    ),
    Rubrique(
        "autres",
        "Autres informations",
        ("prix_min", "prix_max", "frais", "disponible_le", "autres", "public", "public_references",
         "public_prix", "charte"),
        pieces=("autre",),
        help="Vos prix, votre disponibilité, ce que vous acceptez de montrer.",
    ),
)  # fmt: skip
BY_CODE = {rubrique.code: rubrique for rubrique in RUBRIQUES}
#: Field (or block, or kind of document) → its rubric.
RUBRIQUE_OF: dict[str, Rubrique] = {
    name: rubrique
    for rubrique in RUBRIQUES
    for name in (*rubrique.fields, *rubrique.many, *rubrique.blocks, *(f"piece_{n}" for n in rubrique.pieces))
}
