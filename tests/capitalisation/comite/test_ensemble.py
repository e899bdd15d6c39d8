"""Two people of a C2RA decide at the same instant, and an avis arrives then: one decision, told to the second."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.services import ressources
from capitalisation.comite.models import AvisEditorial, Examen
from capitalisation.comite.services import avis
from core.errors import NotAllowed, StaleState
from core.models import JournalEntry, OutboxMail
from tests.capitalisation.comite import scene as made
from tests.capitalisation.comite.scene import FAVORABLE, by_link
from tests.factories import actor_of, member

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.sqlite]


def together(*calls) -> list:
    """What each call, started at the same instant, returned or raised."""
    start, told = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index: int) -> None:
        try:
            start.wait(10)
            told[index] = calls[index]()
        except Exception as error:
            told[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return told


def test_two_members_of_the_c2ra_decide_at_once_while_an_avis_arrives():
    scene = made.proposed()
    scene.give(FAVORABLE, FAVORABLE, FAVORABLE)
    examen = scene.examen
    shown = Ressource.objects.get(pk=scene.ressource.pk)
    colleague = actor_of(member(scene.c2ra))
    link = by_link(examen, scene.liens[0])

    def decide(action: str, actor, reason: str = ""):
        return lambda: ressources.perform_action(
            Ressource.objects.get(pk=shown.pk), action, actor=actor, expected_state="proposee", version=shown.version,
            reason=reason,
        )  # fmt: skip

    published, completed, said = together(
        decide("publier", actor_of(scene.decider)),
        decide("demander_complement", colleague, "À sourcer."),
        lambda: avis.give(examen, scene.liens[0], {**FAVORABLE, "portee": "nationale"}, actor=link),
    )
    decided = [one for one in (published, completed) if isinstance(one, Ressource)]
    refused = [one for one in (published, completed) if isinstance(one, StaleState)]
    assert (len(decided), len(refused)) == (1, 1)
    closed = Examen.objects.get(pk=examen.pk)
    expected = {"publiee": "publiee", "a_completer": "a_completer"}[decided[0].state]
    assert closed.decision == expected
    # The second is told what happened, and by whom.
    assert decided[0].get_state_display() in refused[0].message
    assert [entry.verb for entry in refused[0].entries]
    assert JournalEntry.objects.filter(verb="capitalisation.examen_clos").count() == 1
    assert OutboxMail.objects.filter(template="capitalisation/ressource_decidee").count() == 1
    # The avis came before the decision, or it was refused with the reason: never lost in between.
    if isinstance(said, Exception):
        assert isinstance(said, (StaleState, NotAllowed)) or "décision a été prise" in str(said)
    else:
        assert AvisEditorial.objects.get(pk=said.pk).rendu_le <= closed.clos_le
