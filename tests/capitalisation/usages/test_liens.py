"""The links of the library are asked by the worker, a few a day: dead on three days, and the author is told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from capitalisation.bibliotheque.models import Ressource
from capitalisation.usages import dashboard, tasks
from capitalisation.usages.models import VerificationLien
from capitalisation.usages.services import liens
from core import clock
from core.actor import Actor
from core.models import OutboxMail
from core.outbox import compose
from core.probe import Answer
from tests.capitalisation import scene
from tests.factories import OrganisationFactory, actor_of, member

pytestmark = pytest.mark.django_db
JOB = Actor.system("essai")
GOOD, GONE = Answer(True, "répond"), Answer(False, "page introuvable (404)")
REFUSED = Answer(False, "adresse qui n’est pas sur l’internet public", refused=True)


@pytest.fixture
def author(db):
    return member(OrganisationFactory(), "responsable")


def of(author, lien, **more):
    return scene.ressource(author.active_membership.organisation, lien=lien, **more)


def run(ask, **more):
    return liens.check_all(actor=JOB, check=lambda: None, ask=ask, pause=0.0, **more)


def on(clock_at, day):
    clock_at(f"2026-11-{day:02d} 04:00")


def row_of(ressource):
    return VerificationLien.objects.get(ressource=ressource)


def page(client, ressource):
    return client.get(reverse("bibliotheque:ressource", args=[ressource.pk])).content.decode()


def test_three_failures_on_three_days_are_told_once_and_a_good_answer_clears_all(clock_at, client_for, author):
    ressource = of(author, "https://outils.example.org/a")
    for day, state in ((10, "a_verifier"), (11, "a_verifier"), (12, "mort"), (13, "mort")):
        on(clock_at, day)
        run(lambda url: GONE)
        assert row_of(ressource).etat == state
        if day == 11:
            assert not OutboxMail.objects.exists() and "ne répond plus" not in page(client_for(author), ressource)
    [mail] = OutboxMail.objects.all()
    assert (mail.template, mail.to, mail.urgent) == (liens.MAIL_MORT, author.email, False)
    assert compose(mail)["detail"] == "page introuvable (404)"
    assert "Le lien ne répond plus" in page(client_for(member()), ressource)
    assert [todo.url for todo in dashboard.dead_links(actor_of(author))] == [
        reverse("bibliotheque:ressource", args=[ressource.pk])
    ]
    on(clock_at, 14)
    run(lambda url: GOOD)
    assert (row_of(ressource).etat, row_of(ressource).echecs) == ("bon", 0)
    assert dashboard.dead_links(actor_of(author)) == [] and compose(mail) is None
    assert "ne répond plus" not in page(client_for(author), ressource)
    for day in (15, 16, 17):
        on(clock_at, day)
        run(lambda url: GONE)
    assert OutboxMail.objects.count() == 2  # dead again is told again


def test_two_runs_of_one_day_count_for_one_failure(clock_at, author):
    ressource = of(author, "https://outils.example.org/a")
    on(clock_at, 10)
    for _ in range(4):
        liens.note(ressource.pk, ressource.lien, GONE, actor=JOB)
    assert row_of(ressource).echecs == 1
    assert run(lambda url: pytest.fail("déjà demandé aujourd’hui"))["verifies"] == 0


def test_an_address_changed_begins_again(clock_at, author):
    ressource = of(author, "https://outils.example.org/a")
    for day in (10, 11, 12):
        on(clock_at, day)
        run(lambda url: GONE)
    assert liens.state_of(ressource).etat == "mort"
    Ressource.objects.filter(pk=ressource.pk).update(lien="https://outils.example.org/b")
    changed = Ressource.objects.get(pk=ressource.pk)
    assert liens.state_of(changed) is None and dashboard.dead_links(actor_of(author)) == []
    assert liens.note(ressource.pk, "https://outils.example.org/a", GONE, actor=JOB) is None
    assert run(lambda url: GONE)["verifies"] == 1  # the same day: it is another address
    assert (row_of(changed).echecs, row_of(changed).etat) == (1, "a_verifier")


def test_a_refused_address_is_said_to_its_author_only(clock_at, client_for, author):
    ressource = of(author, "https://interne.example.org/")
    on(clock_at, 10)
    assert run(lambda url: REFUSED)["refuses"] == 1
    assert "lien refusé" in page(client_for(author), ressource)
    assert "refusé" not in page(client_for(member()), ressource)


def test_just_failed_then_never_asked_then_the_oldest_within_the_limit(clock_at, author):
    names = ["vieux", "recent", "rate", "jamais"]
    rows = {name: of(author, f"https://{name}.example.org/") for name in names}
    on(clock_at, 20)
    for name, days, failures in (("vieux", 9, 0), ("recent", 2, 0), ("rate", 1, 1)):
        VerificationLien.objects.create(
            ressource=rows[name], adresse=rows[name].lien, verifie_le=clock.now() - dt.timedelta(days=days),
            echecs=failures,
        )  # fmt: skip
    of(author, "https://brouillon.example.org/", state="brouillon")
    of(author, "https://archive.example.org/", state="archivee")
    of(author, "", support="fichier")
    order = [url.split("/")[2].split(".")[0] for _, url in liens.due()]
    assert order == ["rate", "jamais", "vieux", "recent"]
    assert len(liens.due(2)) == 2


def test_the_run_ends_with_its_time_and_one_address_is_asked_once(clock_at, author, monkeypatch):
    for _ in range(2):
        of(author, "https://outils.example.org/a")
    on(clock_at, 10)
    asked = []
    told = run(lambda url: asked.append(url) or GOOD)
    assert len(asked) == 1 and told["verifies"] == 2
    on(clock_at, 11)
    monkeypatch.setattr(liens, "BUDGET", -1.0)
    assert run(lambda url: GOOD) == {"verifies": 0, "morts": 0, "refuses": 0, "laisses": 2}


def test_one_host_is_asked_with_a_pause(clock_at, author, monkeypatch):
    waited = []
    monkeypatch.setattr(liens.time, "sleep", waited.append)
    for url in ("https://a.example.org/1", "https://b.example.org/1", "https://a.example.org/2"):
        of(author, url)
    on(clock_at, 10)
    liens.check_all(actor=JOB, check=lambda: None, ask=lambda url: GOOD, pause=2.0)
    assert [seconds > 1 for seconds in waited] == [False, False, True]


def test_nothing_leaves_where_the_installation_does_not_ask(author, settings, monkeypatch):
    of(author, "https://outils.example.org/a")
    calls = []
    monkeypatch.setattr(liens, "check_all", lambda **told: calls.append(told) or {"verifies": 1})

    class Run:
        check = staticmethod(lambda: None)

    assert settings.VERIFIER_LIENS is False
    assert tasks.links(Run(), date="2026-11-10") == {"verifies": 0} and not calls
    settings.VERIFIER_LIENS = True
    assert tasks.links(Run(), date="2026-11-10") == {"verifies": 1} and calls
