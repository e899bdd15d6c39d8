"""The comparison printed: A4 landscape, propositions as columns."""

from __future__ import annotations

from accounts.letterhead import letterhead
from consultations.appel.models import Appel
from consultations.lecture.comparaison import build
from consultations.lecture.permissions import evaluator_of, viewable
from core import clock
from core.actor import Actor
from core.documents import DOCUMENT_TYPES, BuiltDocument, DocumentType
from core.formats import format_date, plural

COMPARAISON = "comparaison_propositions"
#: Columns of candidates that one sheet holds; beyond, they go on in another table.
PAR_FEUILLE = 4


def build_comparaison(object_id: int, actor: Actor, *, blank: bool = False) -> BuiltDocument:
    """The grid of the call ``object_id``, filled by those who finished their reading."""
    appel = Appel.objects.select_related("ingenierie__pilote", "version_diffusee").get(pk=object_id)
    grid = build(appel, mine=evaluator_of(actor, appel))
    columns = grid["colonnes"]
    sheets = []
    for start in range(0, max(1, len(columns)), PAR_FEUILLE):
        part = slice(start, start + PAR_FEUILLE)
        sheets.append(
            {
                "colonnes": columns[part],
                "familles": [
                    {
                        **family,
                        "cells": family["cells"][part],
                        "criteres": [{**c, "cells": c["cells"][part]} for c in family["criteres"]],
                    }
                    for family in grid["familles"]
                ],
            }
        )
    ingenierie = appel.ingenierie
    return BuiltDocument(
        template="consultations/lecture/comparaison_document.html",
        context={
            "header": letterhead(
                ingenierie.pilote,
                kind="Grille de lecture des propositions",
                name=ingenierie.titre,
                date=f"Imprimé le {format_date(clock.today())}",
            ),
            "grid": grid,
            "sheets": sheets,
            "lecteurs": plural(grid["lecteurs"], "lecture terminée", "lectures terminées"),
        },
        title=f"Lecture des propositions : {ingenierie.titre}",
        filename=f"lecture-propositions-{appel.pk}.pdf",
        obj=appel,
        scope=ingenierie,
        author=str(ingenierie.pilote),
        subject="Grille de lecture des projets présentés par les prestataires",
        keywords=["grille de lecture", "DLA"],
    )


def register() -> None:
    """Called once by :func:`consultations.lecture.providers.register`."""
    DOCUMENT_TYPES.register(COMPARAISON, DocumentType("Grille de lecture comparée", build_comparaison, viewable))
