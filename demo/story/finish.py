"""« Finaliser »: the intervention, its evaluation, what it teaches to others."""

from __future__ import annotations

import datetime as dt
from random import Random

from core import clock
from demo import conventions, suivi
from demo.story import budget
from demo.story.course import Event, Story
from projects.cycle import services
from projects.enums import Etat
from projects.ingenierie.models import Ingenierie

_ATTESTED = (
    (
        0.72,
        "rapports",
        "Rapport final du prestataire reçu et relu avec les structures ; il est classé au dossier.",
    ),
    (
        0.86,
        "evaluation",
        "Synthèse de l’évaluation rédigée par le chargé de mission et présentée au comité de pilotage.",
    ),
    (
        0.96,
        "capitalisation",
        "Décision prise en comité de pilotage : une fiche expérience sera écrite et transmise au C2RA.",
    ),
)


def events(story: Story) -> list[Event]:
    """What happens before the ingénierie is closed."""
    # The first half at the start, the rest when the report is there.
    return [
        (0.1, lambda: budget.paid(story, "0.5")),
        (0.9, lambda: budget.paid(story, "1")),
        *_conventions(story),
    ] + [
        (at, lambda c=condition, t=text: _attest(story, c, t))
        for at, condition, text in _ATTESTED
        if not story.passes_over("finaliser", condition)
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


def _attest(story: Story, condition: str, text: str) -> None:
    services.attest(
        Ingenierie.objects.get(pk=story.ingenierie.pk),
        condition,
        actor=story.actor,
        date=clock.today() - dt.timedelta(days=2),
        text=text,
    )
