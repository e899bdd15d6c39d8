"""« Finaliser »: the intervention, its evaluation, what it teaches to others."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from demo import conventions, grilles, remise, resultats, seances, suivi, synthese, transfert
from demo.story import budget
from demo.story.course import Event, Story
from projects.enums import Etat

#: Closed ones whose séances and grid are told whole: a synthesis that is fixed says days, presences, answers.
_RACONTEES = {"recycleries", "qvct-petite-enfance", "cafes-associatifs-ardeche"}


def events(story: Story) -> list[Event]:
    """What happens before the ingénierie is closed."""
    # The first half at the start, the rest when the report is there.
    return [
        (0.1, lambda: budget.paid(story, "0.5")),
        (0.9, lambda: budget.paid(story, "1")),
        *_conventions(story),
        *_remise(story),
        *_evaluees(story),
        *resultats.events(story),
        *synthese.events(story),
        *transfert.events(story),
    ]


def _conventions(story: Story) -> list[Event]:
    """Here and there a change is accepted or discussed; the convention is closed with the mission."""
    chance = Random(f"{story.key}:avenant").random()
    told: list[Event] = []
    if chance < 0.3:
        told.append((0.35, lambda: conventions.amend(story.ingenierie, actor=story.actor)))
    if chance < 0.12 and story.row["etape"] == Etat.FINALISER:
        told.append((0.4, lambda: conventions.propose(story.ingenierie, actor=story.actor)))
    if story.row["etape"] == Etat.CLOTURE:
        told.append((0.12, lambda: suivi.plan(story.ingenierie, actor=story.actor)))
        told.append((0.7, lambda: suivi.complete(story.ingenierie, actor=story.actor)))
        told.append((0.8, lambda: conventions.close(story.ingenierie, actor=story.actor)))
    return told


def _remise(story: Story) -> list[Event]:
    """What the prestataire hands over, is paid, reports; the partners are told after the first stage."""
    key, over = story.key, story.row["etape"] == Etat.CLOTURE

    def told(at: float, do: Callable[..., None], *args: Any) -> Event:
        return at, lambda: do(story.ingenierie, *args, actor=story.actor)

    found = [
        told(0.12, remise.ask, 0),
        told(0.2, remise.pay, 0),
        told(0.3, remise.hand_over, 0),
        told(0.38, remise.inform),
        told(0.48, remise.hand_over, 1),
        told(0.5, remise.write, key),
        told(0.55, remise.ask, 1),
        told(0.7, remise.finish, key),
    ]
    if over or key in remise.A_COMPLETER:
        found.append(told(0.73, remise.judge, key))
    if over:
        found += [told(0.74, remise.pay, 1), told(0.76, remise.ask, 2), told(0.78, remise.give_links)]
        found.append(told(0.9, remise.pay, 2))
    return found


def _evaluees(story: Story) -> list[Event]:
    """What the synthesis of a closed ingénierie is made of: the séances, then the grid, answered and handed over."""
    if story.key not in _RACONTEES:
        return []
    actor = story.actor
    return [
        (0.5, lambda: seances.held(story.ingenierie, actor=actor)),
        (0.52, lambda: grilles.prepare(story.ingenierie, actor=actor)),
        (0.55, lambda: grilles.answers(story.ingenierie, actor=actor, critical=1, share=0.8)),
        # A prestataire that does not comment has its time: then the answers are read all the same.
        (0.57, lambda: grilles.hand(story.ingenierie, actor=actor)),
        (0.62, lambda: grilles.back(story.ingenierie, actor=actor)),
    ]
