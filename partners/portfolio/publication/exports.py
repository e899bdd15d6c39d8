"""The portfolio as a table: the fiches whole, under the headings that the import reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from partners.portfolio.fiche.columns import COLUMNS, SEPARATOR
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.reading import loaded
from partners.portfolio.publication.models import Publication
from referentiels import lists
from referentiels.models import Region

_CHUNK = 200
_MANY = ("departements", "regions", "domaines", "themes", "secteurs", "types")
HEADER = (*(column.heading for column in COLUMNS), "Région d’attache", "Publiée en", "Publiée le", "À actualiser le",
          "Assurance valable jusqu’au")  # fmt: skip


def _joined(parts: Iterable[Any]) -> str:
    # What separates in a cell is not left within one of its parts.
    return f" {SEPARATOR} ".join(str(part).replace(SEPARATOR, ",") for part in parts)


def _value(fiche: FicheVersion, name: str) -> Any:
    if name == "siret":
        return fiche.prestataire.siret
    if name in _MANY:
        return _joined(getattr(fiche, name).all())
    if name == "references":
        parts = ([r.annee, r.client, r.objet] for r in fiche.references.all())
        return _joined(" | ".join(str(part).replace("|", "/") for part in row) for row in parts)
    if name in ("kind", "tva"):
        return getattr(fiche, f"get_{name}_display")()
    value = getattr(fiche, name)
    return str(value) if name == "forme_juridique" and value is not None else value


def full_rows(publications: Sequence[int]) -> Iterator[list[Any]]:
    """The fiches that these publications (primary keys) show, in their order."""
    for start in range(0, len(publications), _CHUNK):
        keys = publications[start : start + _CHUNK]
        shown = {p.pk: p for p in Publication.objects.filter(pk__in=keys, fiche__isnull=False)}
        fiches = {
            fiche.pk: fiche
            for fiche in loaded(FicheVersion.objects.filter(pk__in=[p.fiche_id for p in shown.values()]))
        }
        for pk in keys:
            if pk not in shown:
                continue
            publication, fiche = shown[pk], fiches[shown[pk].fiche_id]
            yield [
                *(_value(fiche, column.name) for column in COLUMNS),
                str(fiche.prestataire.region),
                str(lists.by_id(Region, publication.region_id) or ""),
                publication.publiee_le,
                publication.a_actualiser_le,
                fiche.assurance_expire_le,
            ]
