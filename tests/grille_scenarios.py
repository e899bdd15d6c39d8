"""What makes the mails of the grids of evaluation leave."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from consultations.appel.notices import recipients
from consultations.choix.models import ChoixPrestataire
from core import clock
from core.jobs import enqueue_daily, run_pending
from evaluation.grilles.services import remise, suites
from evaluation.questionnaires import services as questionnaires
from tests.evaluation.grilles import world as grids
from tests.factories import actor_of


def _handed() -> tuple[SimpleNamespace, set[str]]:
    """A grid with the prestataire, whose mail is owed; the addresses of who answers for the prestataire."""
    made = grids.individuelle()
    grille = grids.answered(made)
    run_pending()
    remise.hand_over(grille, actor=made.actor, expected_state="ouvert")
    made.grille = grids.fresh(grille)
    prestataire = made.convention.choix.prestataire_id
    return made, set(recipients([prestataire])[prestataire])


def _back(made: SimpleNamespace) -> None:
    remise.give_back(made.grille, actor=actor_of(made.referent))
    made.grille = grids.fresh(made.grille)


def _end(made: SimpleNamespace) -> None:
    questionnaires.perform_action(made.grille, "terminer", actor=made.actor, expected_state="clos")
    made.grille = grids.fresh(made.grille)


def scenarios(Told: type) -> dict[str, Callable[[Any], Any]]:
    """By template; each returns a ``Told``."""

    def handed(world) -> Any:
        made, people = _handed()
        return Told(people, lambda: _back(made))

    def reminded(world) -> Any:
        made, people = _handed()
        run_pending()
        remise.remind_prestataire(made.grille, actor=made.actor)
        world.clock_at("2026-11-22 07:00")
        enqueue_daily()
        return Told(people, lambda: _back(made))

    def given_back(world) -> Any:
        made, _ = _handed()
        run_pending()
        _back(made)
        return Told({made.user.email}, lambda: _end(made))

    def restituted(world) -> Any:
        made, people = _handed()
        _back(made)
        _end(made)
        run_pending()
        told = {"le": clock.today(), "moyen": "telephone", "texte": "Mission conforme."}
        suites.tell(made.grille, "prestataire", told, actor=made.actor)
        choix = ChoixPrestataire.objects.filter(pk=made.convention.choix_id)
        return Told(people, lambda: choix.update(retire_at=clock.now()))

    return {
        "evaluation/grille_remise": handed,
        "evaluation/grille_rappel": reminded,
        "evaluation/grille_rendue": given_back,
        "evaluation/restitution": restituted,
    }
