"""What a remark may be about: a rubric, a field, a kind of document, one reference, one person, a CV, one document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from partners.portfolio.fiche.enums import NaturePiece
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.models.remarque import Remarque
from partners.portfolio.fiche.reading import label_of
from partners.portfolio.fiche.rubriques import BY_CODE, Rubrique

_BLOCKS = {"references": "Références", "intervenants": "Intervenants"}
#: Kinds of which a fiche holds one: to speak of the kind is to speak of the document.
_ONE = (NaturePiece.ASSURANCE, NaturePiece.STATUTS)


@dataclass(frozen=True, slots=True)
class Ancre:
    """A place of a fiche: what a form posts for it, its name, and what a remark records."""

    value: str
    label: str
    fields: dict[str, Any] = field(default_factory=dict)


def _champ(name: str) -> str:
    if name in _BLOCKS:
        return _BLOCKS[name]
    if name.startswith("piece_"):
        return str(NaturePiece(name.removeprefix("piece_")).label)
    return label_of(name)


def _document(piece: Any) -> str:
    return f"Document « {piece.fichier.original_name} »"


def anchors(fiche: FicheVersion, rubrique: Rubrique) -> Iterator[Ancre]:
    """The places of a rubric in the order of the page (``fiche`` comes from :func:`partners…reading.loaded`)."""
    yield Ancre("", "Toute la rubrique")
    kinds = [f"piece_{nature}" for nature in rubrique.pieces]
    for name in (*rubrique.fields, *rubrique.many, *rubrique.blocks, *kinds):
        yield Ancre(name, _champ(name), {"champ": name})
    if "references" in rubrique.blocks:
        for row in fiche.references.all():
            yield Ancre(f"reference-{row.pk}", f"Référence {row}", {"champ": "references", "reference": row})
    if "intervenants" in rubrique.blocks:
        for row in fiche.intervenants.all():
            yield Ancre(f"intervenant-{row.pk}", row.nom, {"champ": "intervenants", "intervenant": row})
            yield Ancre(f"cv-{row.pk}", f"CV de {row.nom}", {"champ": "piece_cv", "intervenant": row})
    for piece in fiche.pieces.all():
        if piece.nature in rubrique.pieces and piece.nature not in _ONE and not piece.intervenant_id:
            champ = f"piece_{piece.nature}"
            yield Ancre(f"piece-{piece.pk}", _document(piece), {"champ": champ, "piece": piece})


def told(remarque: Remarque) -> str:
    """What a remark is about, in words: « CV de Nina Neuve », « Références », or the title of the rubric."""
    if remarque.reference is not None:
        return f"Référence {remarque.reference}"
    if remarque.intervenant is not None:
        return f"CV de {remarque.intervenant.nom}" if remarque.champ == "piece_cv" else remarque.intervenant.nom
    if remarque.piece is not None:
        return _document(remarque.piece)
    return _champ(remarque.champ) if remarque.champ else BY_CODE[remarque.rubrique].titre


def address(remarque: Remarque, prestataire_id: int) -> str:
    """Where the prestataire mends what a remark is about."""
    if remarque.reference_id:
        return reverse("portfolio:reference", args=[prestataire_id, remarque.reference_id])
    if remarque.intervenant_id:
        page = reverse("portfolio:intervenant", args=[prestataire_id, remarque.intervenant_id])
        return f"{page}#cv" if remarque.champ == "piece_cv" else page
    page = reverse("portfolio:rubrique", args=[prestataire_id, remarque.rubrique])
    return f"{page}#champ-{remarque.champ}" if remarque.champ else page
