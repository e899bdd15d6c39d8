"""What the evaluations tell of the past of a structure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.urls import reverse

from core.actor import Actor
from core.formats import format_date
from core.history import HistoryLine
from evaluation.grilles.permissions import lisibles_par
from evaluation.questionnaires.enums import EtatQuestionnaire
from evaluation.questionnaires.models import Questionnaire, Repondant
from evaluation.questionnaires.permissions import of_the_team
from structures.annuaire.models import Structure

LIMIT = 200


def address(questionnaire: Questionnaire, actor: Actor) -> str:
    """Where ``actor`` reads a grid that it may read: with the team, or as it is shared."""
    route = "evaluation:grille" if of_the_team(actor, questionnaire.ingenierie) else "evaluation:grille_partagee"
    return reverse(route, args=[questionnaire.ingenierie_id, questionnaire.pk])


def history(structures: Sequence[Structure], actor: Actor) -> dict[int, list[HistoryLine]]:
    """The missions evaluated with each structure, among those that ``actor`` may read: newest first, three queries."""
    keys = [structure.pk for structure in structures]
    rows = {
        row.pk: row
        for row in lisibles_par(actor)
        .filter(state=EtatQuestionnaire.TERMINE, ingenierie__structures_ciblees__structure__in=keys)
        .select_related("ingenierie__pilote")
        .prefetch_related("ingenierie__associes")
        .order_by("-termine_at", "-pk")[:LIMIT]
    }
    heard: dict[int, set[int]] = defaultdict(set)
    for repondant in (
        Repondant.objects.answered()
        .filter(questionnaire__in=rows, structure__structure__in=keys)
        .values_list("questionnaire", "structure__structure")
    ):
        heard[repondant[0]].add(repondant[1])
    found: dict[int, list[HistoryLine]] = defaultdict(list)
    for pk, row in rows.items():
        for structure in heard[pk]:
            found[structure].append(
                HistoryLine(
                    label=f"Évaluation de la mission « {row.ingenierie.titre} »",
                    url=address(row, actor),
                    detail=str(row.convention.choix.prestataire),
                    state=row.get_state_display(),
                    date=format_date(row.termine_at),
                )
            )
    return found


def of_prestataire(prestataire: int, actor: Actor) -> list[HistoryLine]:
    """The evaluations of the missions of a prestataire, among those that ``actor`` may read: newest first, two
    queries."""
    rows = (
        lisibles_par(actor)
        .filter(state=EtatQuestionnaire.TERMINE, convention__choix__prestataire=prestataire)
        .select_related("ingenierie__pilote")
        .prefetch_related("ingenierie__associes")
        .order_by("-termine_at", "-pk")[:LIMIT]
    )
    return [
        HistoryLine(
            label=f"Évaluation de la mission « {row.ingenierie.titre} »",
            url=address(row, actor),
            detail=str(row.ingenierie.pilote),
            state=row.get_state_display(),
            date=format_date(row.termine_at),
        )
        for row in rows
    ]
