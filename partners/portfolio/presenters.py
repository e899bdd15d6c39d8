"""A fiche as one reads it, rubric by rubric, prepared in Python."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from core.formats import format_date, format_money_plain, format_number
from partners.portfolio.models import FicheVersion, Intervenant, Piece, Reference
from partners.portfolio.rubriques import RUBRIQUES

#: Fields that the page shows otherwise, or that only matter while writing.
_ELSEWHERE = frozenset({"raison_sociale", "sigle", "regions", "public", "charte"})
_MANY = ("departements", "secteurs", "domaines", "themes", "types")


def load_fiche(queryset, pk: int) -> FicheVersion | None:
    """The fiche ``pk`` of ``queryset`` with all that its page shows: the same number of queries for any fiche."""
    return (
        queryset.select_related("prestataire__region", "forme_juridique")
        .prefetch_related(
            *_MANY,
            Prefetch("references", Reference.objects.select_related("theme").order_by("-annee", "pk")),
            Prefetch("intervenants", Intervenant.objects.prefetch_related("secteurs").order_by("pk")),
            Prefetch("pieces", Piece.objects.select_related("fichier").order_by("nature", "added_at", "pk")),
        )
        .filter(pk=pk)
        .first()
    )


def _text(fiche: FicheVersion, name: str) -> str:
    field = FicheVersion._meta.get_field(name)
    value = getattr(fiche, name)
    if value in (None, ""):
        return ""
    if field.choices:
        return getattr(fiche, f"get_{name}_display")()
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, dt.date):
        return format_date(value)
    if isinstance(value, Decimal):
        return format_money_plain(value)
    if isinstance(value, int):
        return str(value) if name.startswith("annee") else format_number(value)
    return str(value)


def _facts(fiche: FicheVersion, rubrique) -> list[dict[str, Any]]:
    facts = []
    for name in (*rubrique.fields, *rubrique.many):
        if name in _ELSEWHERE:
            continue
        field = FicheVersion._meta.get_field(name)
        if name in rubrique.many:
            value = ", ".join(str(item) for item in getattr(fiche, name).all())
        else:
            value = _text(fiche, name)
        if value:
            label = str(field.verbose_name)
            facts.append(
                {
                    "label": label[:1].upper() + label[1:],
                    "value": value,
                    "long": "\n" in value or len(value) > 120,
                    "url": value if name == "website" else "",
                    "mail": value if name == "contact_email" else "",
                }
            )
    return facts


def sections(fiche: FicheVersion) -> list[dict[str, Any]]:
    """The five rubrics of a fiche loaded by :func:`load_fiche`: facts, references, intervenants, documents."""
    cvs = {piece.intervenant_id: piece for piece in fiche.pieces.all() if piece.intervenant_id}
    answer = []
    for rubrique in RUBRIQUES:
        section: dict[str, Any] = {
            "code": rubrique.code,
            "titre": rubrique.titre,
            "facts": _facts(fiche, rubrique),
            "references": [],
            "intervenants": [],
            "pieces": [p for p in fiche.pieces.all() if p.nature in rubrique.pieces and p.intervenant_id is None],
        }
        if "references" in rubrique.blocks:
            section["references"] = [
                {
                    "annee": r.annee,
                    "client": r.client,
                    "structure": r.structure,
                    "objet": r.objet,
                    "theme": str(r.theme or ""),
                    "jours": format_number(r.jours) if r.jours is not None else "",
                    "marks": " · ".join(m for m, on in (("DLA", r.dla), ("collectif", r.collectif)) if on),
                }
                for r in fiche.references.all()
            ]
        if "intervenants" in rubrique.blocks:
            section["intervenants"] = [
                {
                    "nom": i.nom,
                    "fonction": i.fonction,
                    "expertises": i.expertises,
                    "secteurs": ", ".join(str(s) for s in i.secteurs.all()),
                    "cv": cvs.get(i.pk),
                }
                for i in fiche.intervenants.all()
            ]
        answer.append(section)
    return answer
