"""Finding the structure that is already in the directory."""

from __future__ import annotations

from core.text import near_names
from structures.models import Structure


def same_number(organisation_id: int, *, siret: str = "", rna: str = "", exclude: int | None = None):
    """The structure of this directory with the same SIRET or RNA, and the field that tells it: ``(field, structure)``.

    ``None`` when there is none. The numbers are in their stored form.
    """
    for field, value in (("siret", siret), ("rna", rna)):
        if value:
            same = Structure.objects.filter(organisation=organisation_id, merged_into__isnull=True, **{field: value})
            found = same.exclude(pk=exclude).order_by("pk").first()
            if found is not None:
                return field, found
    return None


def near(organisation_id: int, name: str, departement_id: int, *, limit: int = 5) -> list[Structure]:
    """Structures of this directory and département whose name (or sigle) is close to ``name``."""
    close = [
        pk
        for pk, other, sigle in Structure.objects.filter(
            organisation_id=organisation_id, departement_id=departement_id, merged_into__isnull=True
        ).values_list("pk", "name", "sigle")
        if near_names(name, other) or (sigle and near_names(name, sigle, threshold=0.9))
    ]
    return list(Structure.objects.filter(pk__in=close[:limit]).order_by("search_text", "pk")) if close else []
