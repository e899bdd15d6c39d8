"""« Finaliser »: the intervention, its evaluation, what it teaches to others."""

from __future__ import annotations

import datetime as dt

from core import clock
from demo.story import budget
from demo.story.course import Event, Story
from projects.cycle import services
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
    ] + [
        (at, lambda c=condition, t=text: _attest(story, c, t))
        for at, condition, text in _ATTESTED
        if not story.passes_over("finaliser", condition)
    ]


def _attest(story: Story, condition: str, text: str) -> None:
    services.attest(
        Ingenierie.objects.get(pk=story.ingenierie.pk),
        condition,
        actor=story.actor,
        date=clock.today() - dt.timedelta(days=2),
        text=text,
    )
