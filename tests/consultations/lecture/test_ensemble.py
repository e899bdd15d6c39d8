"""Two people who read the same proposition at once, one of them in two windows: nobody writes over another."""

from __future__ import annotations

import threading

import pytest
from django.db import connections
from django.urls import reverse

from consultations.lecture.models import Appreciation, Evaluateur, Lecture
from consultations.lecture.services import lecteurs
from tests.consultations import scene as scenes
from tests.factories import actor_of, member
from tests.strict import StrictClient

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.sqlite]


def browser(user) -> StrictClient:
    client = StrictClient(raise_request_exception=False)
    client.force_login(user, backend="accounts.backends.AuthenticationBackend")
    return client


def test_two_evaluators_and_two_windows_write_at_once():
    scene = scenes.call()
    other = member(scene.dla)
    for user in (scene.pilot, other):
        row = lecteurs.add_dla(scene.appel, user, actor=scene.actor)
        lecteurs.declare(row, conflit=False, actor=actor_of(user))
    page = reverse(
        "consultations:ma_lecture_proposition", args=[scene.dossier.pk, scene.appel.pk, scene.invitations[0].pk]
    )
    windows = [
        (browser(scene.pilot), {"version": "0", "couts": "Un juste prix."}),
        (browser(scene.pilot), {"version": "0", "couts": "Trop cher."}),
        (browser(other), {"version": "0", "couts": "Clair."}),
    ]
    start = threading.Barrier(len(windows))
    statuses = [0] * len(windows)

    def send(index: int) -> None:
        client, data = windows[index]
        try:
            start.wait(10)
            statuses[index] = client.post(page, data).status_code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(index,)) for index in range(len(windows))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(statuses[:2]) == [302, 409] and statuses[2] == 302
    assert Lecture.objects.count() == 2
    texts = dict(Appreciation.objects.values_list("lecture__evaluateur__user", "texte"))
    kept = windows[0 if statuses[0] == 302 else 1][1]["couts"]
    assert texts == {scene.pilot.pk: kept, other.pk: "Clair."}
    assert Evaluateur.objects.filter(enregistre_at=None).count() == 2, "nobody has finished by that"
