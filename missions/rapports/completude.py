"""What a final report still lacks before it is handed over, each thing by its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.models import Attachment
from missions.rapports.models import RapportFinal

#: The category of the attachment that is the report itself, when it was written elsewhere.
FICHIER = "rapport"

#: The six headings of 002, exact and in order, by the anchor of their part of the page.
TITRES = {
    "objectifs": "Rappel des objectifs",
    "deroulement": "Le déroulement de la mission",
    "productions": "La liste et la description sommaire des productions remises",
    "resultats": "Les résultats atteints",
    "effets": "Les effets induits",
    "observations": "Les observations ou préconisations éventuelles",
}


@dataclass(frozen=True, slots=True)
class Manque:
    """What is missing, and the part of the page where it is written."""

    partie: str
    label: str


def fichiers_of(rapport: RapportFinal):
    """The files that are the report itself."""
    return Attachment.objects.of(rapport._meta.label_lower, [rapport.pk]).filter(category=FICHIER)


def manques(rapport: RapportFinal) -> list[Manque]:
    """Everything that is missing, in the order of the page; nothing when the report is a file. The sixth part is what
    there may be to say: it is never asked for."""
    if rapport.pk and fichiers_of(rapport).exists():
        return []
    return list(_written(rapport))


def _written(rapport: RapportFinal) -> Iterator[Manque]:
    for row in rapport.etapes.select_related("etape"):
        lacking = [word for word, text in (("le contenu", row.contenu), ("les méthodes", row.methodes)) if not text]
        if lacking:
            yield Manque("deroulement", f"{' et '.join(lacking)} de « {row.etape.titre} »")
    if not rapport.productions.strip() and not rapport.convention.productions.exists():
        yield Manque("productions", "les productions remises, ou pourquoi il n’y en a pas")
    for row in rapport.resultats.filter(atteint=""):
        yield Manque("resultats", f"ce qui est atteint de « {row} »")
    if not rapport.resultats.exists() and not rapport.autres_resultats.strip():
        yield Manque("resultats", "les résultats atteints")
    if not rapport.effets.strip():
        yield Manque("effets", "les effets induits, même s’il n’y en a pas encore")
