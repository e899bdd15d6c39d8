"""At the deadline, with several processes: what arrived in time is received, even if it waited; what arrived after is
refused with its time and stays in the draft; nothing is lost, nothing is doubled."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import re
import time

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from consultations.appel.models import Appel
from consultations.propositions.models import Depot, Proposition
from consultations.propositions.services import deposit, save_draft, withdraw
from consultations.propositions.services.depots import NonRecu
from core import clock
from core.editing import lock
from tests.consultations.propositions.monde import candidate, monde

TIME = re.compile(r"arrivé ici à \d\d h \d\d min \d\d s")
#: When each process sends, in seconds from the deadline; the first two are two windows of one candidate.
SENT = (-0.9, -0.9, -0.6, -0.3, 0.02, 0.3)


@pytest.mark.django_db
def test_what_arrived_in_time_and_waited_is_received_and_what_arrived_late_is_not(clock_at):
    clock_at("2026-11-21 10:00")
    w = monde()
    for who in (w.a, w.b):
        save_draft(who.invitation, {"note": "Écrite à temps."}, who.actor)
    arrived = w.appel.date_limite - dt.timedelta(milliseconds=1)
    clock_at("2026-12-01 12:00:02")  # the lock is had only now
    depot = deposit(w.a.invitation, w.a.actor, arrived)
    assert depot.at == arrived
    for act in (deposit, withdraw):
        with pytest.raises(NonRecu, match="arrivé ici à 12 h 00 min 00 s"):
            act(w.b.invitation, w.b.actor, w.appel.date_limite)
    assert Depot.objects.get() == depot


@pytest.mark.django_db
def test_the_deadline_is_the_one_that_stands_once_the_call_is_locked(clock_at):
    clock_at("2026-12-01 12:00:05")
    w = monde()
    save_draft(w.a.invitation, {"note": "Écrite à temps."}, w.a.actor)
    Appel.objects.filter(pk=w.appel.pk).update(date_limite=clock.now() + dt.timedelta(days=1))
    assert w.a.invitation.appel.is_closed, "the page was drawn before the deadline was moved"
    assert deposit(w.a.invitation, w.a.actor).numero == 1


def _send(session: str, invitation: int, at: float, results: multiprocessing.Queue) -> None:
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    time.sleep(max(0.0, at - time.time()))
    begun = time.time()
    answer = client.post(reverse("propositions:deposer", args=[invitation]))
    said = TIME.search(answer.content.decode().replace("\xa0", " ")) is not None
    results.put((invitation, begun, answer.status_code, said))
    connection.close()


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_processes_that_deposit_around_the_deadline_while_the_call_is_held():
    w = monde()
    candidates = [w.a, w.a] + [candidate(w.appel, f"Prestataire {n}") for n in range(len(SENT) - 2)]
    sessions = []
    for who in candidates:
        save_draft(who.invitation, {"note": f"Proposition de {who.invitation.pk}"}, who.actor)
        client = Client()
        client.force_login(who.user, backend="accounts.backends.AuthenticationBackend")
        sessions.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
    limit = time.time() + 2.5
    Appel.objects.filter(pk=w.appel.pk).update(date_limite=dt.datetime.fromtimestamp(limit, dt.UTC))
    connection.close()
    fork = multiprocessing.get_context("fork")
    results = fork.Queue()
    processes = [
        fork.Process(target=_send, args=(sessions[n], who.invitation.pk, limit + SENT[n], results))
        for n, who in enumerate(candidates)
    ]
    for process in processes:
        process.start()
    with transaction.atomic():  # whoever arrives meanwhile waits until after the deadline
        lock(w.appel)
        time.sleep(max(0.0, limit + 0.1 - time.time()))
    told = [results.get(timeout=30) for _ in processes]
    for process in processes:
        process.join(30)

    kept = {depot.proposition.invitation_id: depot for depot in Depot.objects.select_related("proposition")}
    assert len(kept) == Depot.objects.count(), "nothing is doubled, not even by two windows"
    assert all(depot.at.timestamp() < limit for depot in kept.values()), "none entered after the deadline"
    accepted = {invitation for invitation, _, status, _ in told if status == 302}
    refused = {invitation for invitation, _, status, said in told if status == 409 and said}
    assert accepted == set(kept) and accepted | refused == {who.invitation.pk for who in candidates}
    assert accepted & refused == set()
    for _, begun, status, _ in told:
        if begun < limit - 0.2:  # sent in time, the machine being what it is
            assert status == 302, "it waited, it is not lost"
        if begun >= limit:
            assert status == 409
    for proposition in Proposition.objects.all():
        text = f"Proposition de {proposition.invitation_id}"
        assert proposition.brouillon["note"] == text, "what was refused keeps its text"
        if proposition.invitation_id in kept:
            assert kept[proposition.invitation_id].contenu["note"] == text
