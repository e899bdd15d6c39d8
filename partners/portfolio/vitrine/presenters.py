"""The public part of a fiche in words, for every page that shows one outside the dispositif."""

from __future__ import annotations

from typing import Any

from core.formats import format_number, plural
from core.identifiers import format_siret
from partners.portfolio.prestataire.enums import TypePrestataire

#: Between labels that hold commas themselves.
_DOT = " · "
_TEXTS = (("methode", "Façon de travailler"), ("reseaux", "Réseaux et fédérations"), ("autres", "Autres informations"))


def named(part: dict[str, Any]) -> str:
    """Name and sigle."""
    return f"{part['raison_sociale']} ({part['sigle']})" if part["sigle"] else part["raison_sociale"]


def kind(part: dict[str, Any]) -> str:
    """Its type in words, or empty."""
    return TypePrestataire(part["type"]).label if part["type"] else ""


def facts(part: dict[str, Any]) -> list[tuple[str, Any]]:
    """(label, value) of what is told in a few words."""
    prix = part["prix_jour_ht"]
    amounts = sorted({v for v in prix.values() if v is not None}) if prix else []
    modes = [label for on, label in ((part["individuel"], "individuels"), (part["collectif"], "collectifs")) if on]
    told = [
        ("Type", kind(part)),
        ("Forme juridique", part["forme_juridique"]),
        ("SIRET", format_siret(part["siret"])),
        ("Commune", " ".join(filter(None, (part["code_postal"], part["commune"])))),
        ("Année de création", part["annee_creation"]),
        ("Effectif", plural(part["effectif"], "personne") if part["effectif"] is not None else ""),
        ("Intervient dans", ", ".join(d["nom"] for d in part["departements"])),
        ("Accompagnements", " et ".join(modes)),
        ("Domaines", _DOT.join(part["domaines"])),
        ("Thèmes", _DOT.join(part["themes"])),
        ("Secteurs d’activité", ", ".join(part["secteurs"])),
        ("Types d’intervention", _DOT.join(part["types_intervention"])),
        ("Prix par jour", " à ".join(format_number(a) for a in amounts) + " € HT" if amounts else ""),
    ]
    return [(label, value) for label, value in told if value]


def texts(part: dict[str, Any]) -> list[tuple[str, str]]:
    """(label, text) of what is told at length."""
    return [(label, part[name]) for name, label in _TEXTS if part[name]]
