"""The rubrics of a diagnostic, as data: pages, completeness, the structure's comments and the PDF derive from them.

Source: 002, « La place de l'ingénierie dans le plan d'accompagnement »: points forts et points faibles de l'activité,
de la structure dans son environnement, perspectives de sa consolidation; problématiques à traiter et besoins.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rubrique:
    """One rubric: its code in the address, its title, its fields in order, what it is for."""

    code: str
    titre: str
    fields: tuple[str, ...]
    help: str
    lines: int = 10


RUBRIQUES: tuple[Rubrique, ...] = (
    Rubrique(
        "contexte",
        "Activité concernée et environnement",
        ("date", "contexte"),
        "De quelle activité part le diagnostic, dans quel environnement la structure travaille.",
    ),
    Rubrique(
        "forces",
        "Points forts",
        ("forces",),
        "De l’activité concernée, et de la structure dans son environnement.",
    ),
    Rubrique(
        "faiblesses",
        "Points faibles",
        ("faiblesses",),
        "De l’activité concernée, et de la structure dans son environnement.",
    ),
    Rubrique(
        "perspectives",
        "Perspectives de consolidation",
        ("perspectives",),
        "Ce sur quoi la structure peut s’appuyer pour consolider ses activités et ses emplois.",
    ),
    Rubrique(
        "problemes",
        "Problématiques à traiter",
        ("problemes",),
        "Ce qu’il faut résoudre, avant de dire par quels moyens : le plan d’accompagnement viendra ensuite.",
    ),
)
BY_CODE = {rubrique.code: rubrique for rubrique in RUBRIQUES}
#: The rubric of the needs: rows, not a text; the structure comments it like the others.
BESOINS = "besoins"
TITRE_BESOINS = "Besoins d’accompagnement"
TITRES: dict[str, str] = {**{r.code: r.titre for r in RUBRIQUES}, BESOINS: TITRE_BESOINS}
