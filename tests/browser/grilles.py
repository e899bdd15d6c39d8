"""Where the pages of the grids of evaluation are found in the demonstration data, and who comments one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.finders import PILOTE, Visit

_WAITING = {"code": "grille_individuelle", "state": "clos"}
#: Given back by the prestataire, in an ingénierie that is not over.
_READ = {"state": "clos", "suivi_grille__rendue_at__isnull": False, "ingenierie__state": "finaliser"}


def _first(**filters: Any) -> Any:
    from evaluation.grilles.permissions import grilles

    found = grilles().filter(**filters).order_by("pk").first()
    assert found, f"les données de démonstration n’ont aucune grille {filters}"
    return found


def one(**filters: Any) -> Callable[[Any], dict]:
    """A grid of an ingénierie."""

    def found(world: Any) -> dict:
        grille = _first(**filters)
        return {"pk": grille.ingenierie_id, "questionnaire": grille.pk}

    return found


def of_ingenierie(world: Any) -> dict:
    """An ingénierie that has a grid."""
    return {"pk": _first(state="ouvert").ingenierie_id}


def person() -> Any:
    """« evalue »: of the prestataire that has a grid to comment."""
    members = _first(**_WAITING).convention.choix.prestataire.membres.active()
    return members.order_by("-role", "pk").first().user


def theirs(world: Any) -> dict:
    """The grid that this person comments."""
    grille = _first(**_WAITING)
    return {"convention": grille.convention_id, "questionnaire": grille.pk}


VISITS = [
    Visit(PILOTE, "evaluation:grilles", of_ingenierie),
    Visit(PILOTE, "evaluation:grille", one(state="ouvert"), label="ouverte"),
    Visit(PILOTE, "evaluation:grille", one(state="clos", suivi_grille__rendue_at__isnull=False), label="rendue"),
    Visit(PILOTE, "evaluation:grille", one(state="termine", code="grille_collective"), label="terminée"),
    Visit(PILOTE, "evaluation:grille_causes", one(**_READ)),
    Visit(PILOTE, "evaluation:grille_restituer", one(state="termine", code="grille_collective")),
    Visit(PILOTE, "evaluation:grille_comite", one(state="termine", code="grille_collective")),
    Visit("avise", "evaluation:grille_partagee", one(montre_region=True)),
    Visit("evalue", "mission_evaluee:grille", theirs),
]
