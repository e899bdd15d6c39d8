"""The aid to choose a type of ingénierie (000, fiche pratique 2), and the six fiches expériences it is held to.

Two answers, as the fiche draws them: how far the need is shared, and what is expected of the structures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import yaml
from django.db import models

from projects.enums import TypeIngenierie
from projects.methodologie.methodology import DATA


class Besoin(models.TextChoices):
    """How far a need is shared."""

    PROPRE = "propre", "propre à une seule structure"
    SEMBLABLE = "semblable", "le même, ou presque, dans plusieurs structures qui n’ont pas de projet ensemble"
    COMMUN = "commun", "commun : plusieurs structures le partagent et veulent le traiter ensemble"


class Attendu(models.TextChoices):
    """What is expected of the structures."""

    APPRENDRE = "apprendre", "qu’elles s’informent ou se forment"
    CHACUNE = "chacune", "que chacune reparte avec sa propre solution"
    ENSEMBLE = "ensemble", "qu’elles produisent ensemble : un outil, un projet, une organisation en commun"
    LES_DEUX = "les_deux", "l’une et l’autre : une solution commune, et une part pour chacune"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The type suggested (empty: none), why, and ``individuelle`` when an ingénierie individuelle is what is needed."""

    type: str
    why: str
    individuelle: bool = False


_SOLUTIONS = {
    Attendu.CHACUNE: (
        TypeIngenierie.SOLUTION_INDIVIDUELLE,
        "chaque structure repart avec sa propre solution : accompagnez chacune dans le groupe.",
    ),
    Attendu.ENSEMBLE: (
        TypeIngenierie.SOLUTION_COLLECTIVE,
        "la solution se construit à plusieurs : prévoyez un travail coopératif.",
    ),
    Attendu.LES_DEUX: (
        TypeIngenierie.SOLUTION_MIXTE,
        "une solution commune et une part pour chacune : alternez temps collectifs et temps individuels.",
    ),
}


def suggest_type(besoin: str, attendu: str) -> Suggestion:
    """What fiche pratique 2 suggests for these answers (codes of :class:`Besoin` and :class:`Attendu`)."""
    if besoin == Besoin.PROPRE:
        return Suggestion(
            "",
            "Un besoin propre à une seule structure appelle une ingénierie individuelle, dont le cycle est plus court.",
            individuelle=True,
        )
    if attendu == Attendu.APPRENDRE:
        if besoin == Besoin.COMMUN:
            return Suggestion(
                "",
                "Un besoin que les structures veulent traiter ensemble, et rien qu’elles produiraient : les deux "
                "réponses ne vont pas l’une avec l’autre. S’il suffit de les informer ou de les former, leurs besoins "
                "sont plutôt semblables ; sinon, que produiront-elles, chacune ou ensemble ? Répondez de nouveau.",
            )
        return Suggestion(
            TypeIngenierie.REPONSE_COLLECTIVE,
            "Des besoins semblables, sans production attendue : des séances d’information ou de formation suffisent. "
            "Elles s’adaptent peu à chacun.",
        )
    found, why = _SOLUTIONS[Attendu(attendu)]
    shared = "Un besoin commun" if besoin == Besoin.COMMUN else "Des besoins semblables"
    return Suggestion(found, f"{shared}, et quelque chose à produire ; {why}")


@dataclass(frozen=True, slots=True)
class Experience:
    """One example of a fiche expérience: what it answers to the aid, the objectives it aimed for, its type."""

    fiche: str
    titre: str
    type: str
    besoin: str
    attendu: str
    objectifs: tuple[str, ...]


@cache
def experiences() -> tuple[Experience, ...]:
    """The six examples, in the order of the fiches."""
    rows = yaml.safe_load((DATA / "fiches_experiences.yaml").read_text(encoding="utf-8"))
    return tuple(Experience(**{**row, "objectifs": tuple(row["objectifs"])}) for row in rows)


def examples_of(type_ingenierie: str) -> list[Experience]:
    """Those that are of this type."""
    return [found for found in experiences() if found.type == type_ingenierie]


def types_that_aim_for(objectif: str) -> Counter[str]:
    """How many examples of each type aimed for this objective (its code)."""
    return Counter(found.type for found in experiences() if objectif in found.objectifs)


def types_together(objectifs: Iterable[str]) -> Counter[str]:
    """How much each type answers to these objectives together, after the examples.

    When one of them was only ever aimed for with the structures, bringing them an answer does not do: sessions may
    come before an accompaniment, never instead of it.
    """
    counts = [found for code in objectifs if (found := types_that_aim_for(code))]
    together = sum(counts, Counter())
    if any(TypeIngenierie.REPONSE_COLLECTIVE not in found for found in counts):
        del together[TypeIngenierie.REPONSE_COLLECTIVE]
    return together
