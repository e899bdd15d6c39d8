"""What a diagnostic says, in words: what is shared, frozen, read by the structure and printed."""

from __future__ import annotations

from typing import Any

from core.formats import format_date
from structures.diagnostics.models import Besoin, Diagnostic
from structures.diagnostics.rubriques import RUBRIQUES


def besoin_content(besoin: Besoin) -> dict[str, Any]:
    """One need in words."""
    return {
        "id": besoin.pk,
        "theme": str(besoin.type_prestation),
        "detail": str(besoin.detail) if besoin.detail_id else "",
        "priorite": besoin.get_priorite_display(),
        "origine": besoin.origine,
        "texte": besoin.texte,
    }


def content_of(diagnostic: Diagnostic) -> dict[str, Any]:
    """The rubrics and the needs as they stand: plain JSON, in French."""
    needs = diagnostic.besoins.select_related("type_prestation", "detail")
    return {
        "structure": str(diagnostic.structure),
        "date": format_date(diagnostic.date),
        "rubriques": [
            {"code": r.code, "titre": r.titre, "texte": getattr(diagnostic, r.fields[-1]).strip()} for r in RUBRIQUES
        ],
        "besoins": [besoin_content(besoin) for besoin in needs],
    }
