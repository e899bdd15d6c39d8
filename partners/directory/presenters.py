"""Partners put into words for pages and exports: everything is formatted here, once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse

from core.actor import Actor
from core.formats import format_date
from core.history import HistoryLine
from partners.directory.models import Partenaire
from partners.directory.registry import HISTORY


def rows(partenaires: Iterable[Partenaire]) -> list[dict[str, Any]]:
    """Rows of the list, from ``with_list_related_data()``."""
    return [
        {
            "pk": p.pk,
            "url": reverse("directory:detail", args=[p.pk]),
            "name": p.name,
            "sigle": p.sigle,
            "famille": p.get_famille_display(),
            "territoire": p.territoire or "National ou non précisé",
            "secteur": p.secteur.label if p.secteur else "Tous",
            "organisation": p.organisation.name,
            "active": p.is_active,
        }
        for p in partenaires
    ]


EXPORT_HEADER = ["Nom", "Sigle", "Famille", "Territoire", "Secteur", "Site internet", "Annuaire de", "Actif"]


def export_rows(queryset) -> Iterator[list[Any]]:
    """Rows of the export, read in chunks. Contacts are left out: personal data does not travel by default."""
    for p in queryset.with_list_related_data().iterator(chunk_size=500):
        yield [
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


def history(partenaire: Partenaire, actor: Actor) -> list[HistoryLine]:
    """Everything it took part in, as higher floors tell it."""
    lines: list[HistoryLine] = []
    for provider in HISTORY:
        lines.extend(provider([partenaire], actor).get(partenaire.pk, ()))
    return lines
