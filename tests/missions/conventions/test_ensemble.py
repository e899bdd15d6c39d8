"""Two people who sign the same text at the same instant, one of them in two windows: each signature counts once."""

from __future__ import annotations

import re
import threading

import pytest
from django.core import mail
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.models import Grant
from accounts.services import link_token
from core.jobs import run_pending
from core.models import Job, JournalEntry, OutboxMail
from missions.conventions.enums import EtatConvention
from missions.conventions.models import Preuve, Signataire
from missions.conventions.services import signatures
from missions.conventions.services.liens import SIGNATURE
from tests.factories import actor_of, member
from tests.missions import mission

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.sqlite]


def test_two_people_and_two_windows_sign_at_once():
    acte = mission.to_sign()
    mission.printed(acte)
    signatures.send_links(acte, actor=actor_of(member(acte.convention.ingenierie.pilote)))
    links = [
        reverse("lien", args=[link_token(grant)]) for grant in Grant.objects.filter(purpose=SIGNATURE).order_by("pk")
    ]
    assert len(links) == 2
    codes = []
    for url in links:
        declared = {"etape": "code", "nom": "Sam Essai", "qualite": "gérance", "lu": "on"}
        assert Client().post(url, declared).status_code == 302
        run_pending()
        codes.append(re.search(r"^(\d{6})$", mail.outbox[-1].body, re.M).group(1))

    windows = [(links[0], codes[0]), (links[0], codes[0]), (links[1], codes[1])]
    start = threading.Barrier(len(windows))
    statuses = [0] * len(windows)

    def sign(index: int) -> None:
        url, code = windows[index]
        try:
            client = Client(raise_request_exception=False)
            start.wait(10)
            statuses[index] = client.post(url, {"etape": "signer", "code": code}).status_code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sign, args=(index,)) for index in range(len(windows))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(statuses[:2]) == [302, 409] and statuses[2] == 302
    assert Preuve.objects.count() == 2 == Signataire.objects.exclude(signe_le=None).count()
    assert mission.fresh(acte.convention).state == EtatConvention.SIGNEE
    ended = JournalEntry.objects.filter(object_type="missions.convention", changes__has_key="state")
    assert ended.filter(changes__state__1=EtatConvention.SIGNEE).count() == 1, "signed once"
    assert Job.objects.filter(key=f"convention-preuve-{acte.pk}").count() == 1
    assert OutboxMail.objects.filter(template="missions/convention_signee").count() <= 2
