"""What a final report says, as plain data: what is shown, what is frozen, what PDF and DOCX are made from.

The canonical JSON (:mod:`core.canonical`) of an accepted report never changes; :data:`SCHEMA` says its shape.
"""

from __future__ import annotations

from typing import Any

from core.journal import plain
from missions.conventions.models import Convention
from missions.productions.models import Production
from missions.productions.services import pieces_of
from missions.rapports.cahier import objectifs_of
from missions.rapports.completude import fichiers_of
from missions.rapports.models import RapportFinal

SCHEMA = 1
_TEXTS = ("attentes", "deroulement", "productions", "autres_resultats", "effets", "observations")


def build(rapport: RapportFinal) -> dict[str, Any]:
    """The content of ``rapport`` as it stands now: dates in ISO. A fixed number of queries."""
    convention = rapport.convention
    return {
        "schema": SCHEMA,
        "titre": convention.ingenierie.titre,
        "pilote": convention.ingenierie.pilote.name,
        "prestataire": str(convention.choix.prestataire),
        "convention": convention.titre,
        "remis_le": plain(rapport.remis_le),
        "remis_par": rapport.remis_par,
        "attentes_le": plain(rapport.attentes_le),
        **{name: getattr(rapport, name).strip() for name in _TEXTS},
        "objectifs": [list(row) for row in objectifs_of(convention)],
        "etapes": [
            {
                "titre": row.etape.titre,
                "objectif": row.etape.objectif,
                "fait_le": plain(row.etape.fait_le),
                "personnes": row.etape.personnes_rencontrees,
                "commentaire": row.etape.commentaire,
                "contenu": row.contenu,
                "methodes": row.methodes,
                "difficultes": row.difficultes,
            }
            for row in rapport.etapes.select_related("etape")
        ],
        "remises": remises(convention),
        "resultats": [{"attendu": row.attendu, "atteint": row.atteint} for row in rapport.resultats.all()],
        "preconisations": [row.texte for row in rapport.preconisations.all()],
        "fichiers": [
            {"piece": piece.pk, "nom": piece.original_name, "sha256": piece.sha256} for piece in fichiers_of(rapport)
        ],
    }


def remises(convention: Convention) -> list[dict[str, Any]]:
    """The productions handed over, each with its files: two queries."""
    rows = list(Production.objects.filter(convention=convention).select_related("etape"))
    files: dict[int, list[dict[str, Any]]] = {}
    for piece in pieces_of(rows):
        files.setdefault(piece.object_id, []).append(
            {"piece": piece.pk, "nom": piece.original_name, "sha256": piece.sha256}
        )
    return [
        {
            "production": row.pk,
            "titre": row.titre,
            "description": row.description,
            "etape": row.etape.titre if row.etape else "",
            "url": row.url,
            "le": plain(row.remise_le),
            "fichiers": files.get(row.pk, []),
        }
        for row in rows
    ]
