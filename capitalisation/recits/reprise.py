"""A text that somebody else wrote becomes what a rubrique says: in its place, or after it."""

from __future__ import annotations

from typing import Any

from django.db import models

from capitalisation.recits import plans
from capitalisation.recits.enums import Source
from capitalisation.recits.lecture import RubriqueLue
from capitalisation.recits.models import Rubrique
from capitalisation.recits.plans import RubriquePrevue
from core.errors import InvalidInput
from core.text import shortened

#: Who speaks, in the words of a récit: a role.
QUI = {
    Source.PRESTATAIRE: "Le prestataire",
    Source.STRUCTURE: "Une structure",
    Source.PARTENAIRE: "Un partenaire",
}


class Choix(models.TextChoices):
    """What becomes of a text."""

    REMPLACER = "remplacer", "La mettre à la place de ce qui est écrit"
    AJOUTER = "ajouter", "L’ajouter après ce qui est écrit"
    ECARTER = "ecarter", "La laisser de côté"


#: What its author is told.
DIT = {
    Choix.REMPLACER: "repris dans le récit",
    Choix.AJOUTER: "ajouté au récit",
    Choix.ECARTER: "laissé de côté",
}


def _points(texte: str) -> list[str]:
    return [point for line in texte.splitlines() if (point := line.strip().lstrip("-–—•*·").strip())]


def valeur(prevue: RubriquePrevue, texte: str, deja: Any, choix: str, sorte: str) -> Any:
    """``texte`` in the shape of the rubrique, alone or after ``deja``. Raises ``InvalidInput`` for choices, numbers."""
    if prevue.forme == plans.TEXTE:
        return f"{deja}\n\n{texte}" if deja and choix == Choix.AJOUTER else texte
    if prevue.forme == plans.POINTS:
        new: list[Any] = _points(texte)
    elif prevue.forme == plans.ETAPES:
        new = [{"titre": "", "jours": None, "texte": texte, "attendus": "", "methodes": ""}]
    elif prevue.forme == plans.PAROLES:
        new = [{"qui": QUI.get(Source(sorte), ""), "texte": texte}]
    else:
        raise InvalidInput("Cette rubrique ne s’écrit plus en phrases : recopiez ce qui sert, ou laissez-le de côté.")
    return [*deja, *new] if deja and choix == Choix.AJOUTER else new


def provenance(row: Rubrique, choix: str, sorte: str) -> dict[str, str]:
    """Where the rubrique comes from afterwards: the role; added to what was there, what was there too."""
    if choix != Choix.AJOUTER or row.valeur is None or not row.source:
        return {"source": sorte, "source_detail": ""}
    if row.source == sorte:
        return {"source": sorte, "source_detail": row.source_detail}
    was = RubriqueLue("", "", 1, "", None, source=row.source, source_detail=row.source_detail).dapres
    return {"source": sorte, "source_detail": shortened(f"avec {was}", 200)}
