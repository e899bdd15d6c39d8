"""Partners put into words for pages and exports: everything is formatted here, once."""

from __future__ import annotations

from typing import Any

from core.formats import format_date
from partners.directory.models import Partenaire

EXPORT_HEADER = ["Nom", "Sigle", "Famille", "Territoire", "Secteur", "Site internet", "Annuaire de", "Actif"]


def export_row(p: Partenaire) -> list[Any]:
    """A row of the export. Contacts are left out: personal data does not travel by default."""
    return [
        p.name,
        p.sigle,
        p.get_famille_display(),
        p.territoire,
        p.secteur.label if p.secteur else "",
        p.website,
        p.organisation.name,
        p.is_active,
    ]


def facts(p: Partenaire) -> list[dict[str, str]]:
    """Who it is: label, value, link."""
    lines = [
        ("Famille", p.get_famille_display(), ""),
        ("Territoire", p.territoire or "National ou non précisé", ""),
        ("Secteur", p.secteur.label if p.secteur else "Tous", ""),
        ("Site internet", p.website, p.website),
        ("Annuaire de", p.organisation.name, ""),
        ("Inscrit le", format_date(p.created_at), ""),
    ]
    return [{"label": label, "value": value, "href": href} for label, value, href in lines if value]
