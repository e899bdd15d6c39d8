"""Telling an ingénierie whole: what happens at each step, in the order of the days."""

from __future__ import annotations

from django.db import transaction

from core import clock
from demo import dates
from demo.story import checklist, confirm, engage, finish, identify, meetings
from demo.story.course import Story
from projects.enums import Etat
from projects.ingenierie.models import Ingenierie


def write(story: Story) -> Ingenierie:
    """Live it all, in one transaction."""
    tellers = {
        Etat.IDENTIFIER: identify.events,
        Etat.ENGAGER: engage.events,
        Etat.CONFIRMER: confirm.events,
        Etat.FINALISER: finish.events,
    }
    with transaction.atomic():
        for step, first, last, portion in story.calendar():
            events = [*tellers[step](story), *checklist.events(story, step, portion), *story.opinion(step)]
            events += [*meetings.events(story, step), *story.step_back(step)]
            happening = [do for at, do in sorted(events, key=lambda event: event[0]) if at <= portion]
            if step != story.last_step or story.row["etape"] == Etat.CLOTURE:
                happening.append(lambda step=step: story.leave(step))
            elif story.row["etape"] == Etat.ABANDONNE:
                happening.append(story.abandon)
            for instant, do in zip(dates.spread(len(happening), first, last, story.random), happening, strict=True):
                with clock.replay(instant):
                    do()
    return story.ingenierie
