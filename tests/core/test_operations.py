"""« Tâches et courriers », and the page of a job: who sees them, what they say, « Relancer »."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from core import clock, outbox
from core.actor import Actor
from core.jobs import JOB_RESULT_URL, GiveUp, enqueue, execution, job, run_pending
from core.menu import MENU
from core.models import Job, JobState, Lane, MailState, OutboxMail, WorkerBeat
from tests.factories import UserFactory, actor_of, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("essai_templates")]
SYSTEM = Actor.system("essai")
PAGE = "/exploitation/"


@pytest.fixture
def operator(client_for):
    return client_for(member(is_staff=True, is_superuser=True))


@pytest.fixture
def failed_job() -> Job:
    job("essai.refuse", label="Essai refusé")(_refuse)
    asked = enqueue("essai.refuse", {"n": 41}, actor=SYSTEM)
    run_pending()
    asked.refresh_from_db()
    return asked


def _refuse(run, n):
    raise GiveUp("Ce fichier n’est pas un tableau.")


@pytest.fixture
def failed_mail() -> OutboxMail:
    row = outbox.queue_mail("essai/nouvelle", to="camille@example.org", context={"n": 1}, actor=SYSTEM)
    OutboxMail.objects.update(state=MailState.ECHEC, error="Le serveur de courrier refuse cette adresse.")
    Job.objects.update(state=JobState.ECHEC)
    return row


def html(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("marks", [{}, {"is_staff": True}, {"is_superuser": True}])
def test_nobody_but_the_operator_finds_these_pages(client_for, failed_job, failed_mail, marks):
    someone = client_for(member(**marks))
    for url in (
        PAGE,
        reverse("core:job_detail", args=[failed_job.pk]),
        reverse("core:mail_detail", args=[failed_mail.pk]),
    ):
        assert someone.get(url).status_code == 404
    for url in (
        reverse("core:job_retry", args=[failed_job.pk]),
        reverse("core:mail_retry", args=[failed_mail.pk]),
    ):
        assert someone.post(url).status_code == 404
    assert Job.objects.get(pk=failed_job.pk).state == JobState.ECHEC
    assert OutboxMail.objects.get(pk=failed_mail.pk).state == MailState.ECHEC


def test_a_stranger_is_sent_to_the_sign_in_page(client):
    assert client.get(PAGE).status_code == 302


def test_the_menu_shows_the_page_to_the_operator_alone():
    entry = MENU.get("exploitation")
    assert entry.visible(actor_of(UserFactory(administrator=True)))
    for marks in ({}, {"is_staff": True}, {"is_superuser": True}):
        assert not entry.visible(actor_of(UserFactory(**marks)))
    assert not entry.visible(Actor.anonymous())
    assert not entry.visible(SYSTEM)


def test_the_page_says_that_no_worker_is_alive_then_which_one_is(operator):
    assert "Aucun processus d’arrière-plan ne donne signe de vie" in html(operator.get(PAGE))
    WorkerBeat.objects.create(worker_id="machine-1234-abcd", host="machine", pid=1234)
    page = html(operator.get(PAGE))
    assert "machine-1234-abcd" in page
    assert "vivant" in page
    assert "ne donne signe de vie" not in page


def test_the_page_says_which_lane_has_no_worker(operator):
    WorkerBeat.objects.create(worker_id="machine-1234-abcd", host="machine", pid=1234, lane=Lane.TRAVAUX)
    assert "Aucun processus vivant pour la file « courriers »" in html(operator.get(PAGE))
    WorkerBeat.objects.create(worker_id="machine-1235-abcd", host="machine", pid=1235, lane=Lane.COURRIERS)
    assert "Aucun processus vivant" not in html(operator.get(PAGE))


def test_the_page_says_that_the_queue_is_late(operator):
    WorkerBeat.objects.create(worker_id="machine-1234-abcd", host="machine", pid=1234)
    enqueue("essai.bref", {"path": "x"}, actor=SYSTEM, run_after=clock.now() - dt.timedelta(minutes=20))
    assert "La file prend du retard" in html(operator.get(PAGE))


def test_what_failed_is_listed_with_its_error_and_a_button(operator, failed_job, failed_mail):
    page = html(operator.get(PAGE))
    assert "Essai refusé" in page
    assert "Ce fichier n’est pas un tableau." in page
    assert reverse("core:job_retry", args=[failed_job.pk]) in page
    page = html(operator.get(PAGE, {"vue": "courriers", "etat": "echec"}))
    assert "camille@example.org" in page
    assert "refuse cette adresse" in page
    assert reverse("core:mail_retry", args=[failed_mail.pk]) in page


@pytest.mark.parametrize("view", ["taches", "courriers", "<script>"])
@pytest.mark.parametrize("state", ["echec", "en_attente", "en_cours", "fait", "envoye", "sans_objet", "'"])
def test_every_list_answers_whatever_the_address_says(operator, failed_job, failed_mail, view, state):
    for page in ("1", "-1", "9999999999999", "²", "x"):
        assert operator.get(PAGE, {"vue": view, "etat": state, "page": page}).status_code == 200


def test_the_list_is_paginated_and_makes_the_same_queries_for_1_and_for_30(operator, count_queries):
    for kind in ("taches", "courriers"):
        asked = {"vue": kind, "etat": "en_attente"}
        outbox.queue_mail("essai/nouvelle", to="a@example.org", context={}, actor=SYSTEM)
        operator.get(PAGE, asked)
        one = count_queries(lambda asked=asked: operator.get(PAGE, asked))
        for n in range(30):
            outbox.queue_mail("essai/nouvelle", to=f"a{n}@example.org", context={}, actor=SYSTEM)
        assert count_queries(lambda asked=asked: operator.get(PAGE, asked)) == one
        page = html(operator.get(PAGE, asked))
        assert "Page 1 sur " in page
        assert f"?vue={kind}&amp;etat=en_attente&amp;page=2" in page


def test_relaunching_twice_does_it_once_and_says_so(operator, failed_job, failed_mail):
    for url in (reverse("core:job_retry", args=[failed_job.pk]), reverse("core:mail_retry", args=[failed_mail.pk])):
        assert "relanc" in html(operator.post(url, follow=True))
        assert "plus en échec" in html(operator.post(url, follow=True))
    assert Job.objects.get(pk=failed_job.pk).state == JobState.EN_ATTENTE
    assert OutboxMail.objects.get(pk=failed_mail.pk).state == MailState.EN_ATTENTE
    assert Job.objects.filter(name=outbox.SEND_JOB).count() == 1


def test_relaunching_is_refused_to_a_get(operator, failed_job):
    assert operator.get(reverse("core:job_retry", args=[failed_job.pk])).status_code == 405


def test_the_operator_reads_the_detail_of_an_error_and_the_person_does_not(operator, client_for):
    person = member()
    job("essai.casse", label="Essai cassé", max_attempts=1)(_broken)
    asked = enqueue("essai.casse", actor=actor_of(person))
    run_pending()
    url = reverse("core:job_detail", args=[asked.pk])
    assert "secret de fabrique" in html(operator.get(url))
    page = html(client_for(person).get(url))
    assert "Erreur inattendue (RuntimeError)." in page
    assert "secret de fabrique" not in page
    assert "Relancer" not in page


def _broken(run):
    raise RuntimeError("secret de fabrique")


def test_a_mail_page_tells_all_but_its_text(operator, failed_mail):
    page = html(operator.get(reverse("core:mail_detail", args=[failed_mail.pk])))
    assert "camille@example.org" in page
    assert "essai/nouvelle" in page
    assert "Bonjour Camille" not in page


# --- The page of a job ----------------------------------------------------------------------------------------------


@pytest.fixture
def person():
    return member()


def test_the_one_who_asked_follows_the_job_until_its_result(client_for, person):
    job("essai.suivi", label="Import des structures")(lambda run: {"url": "/structures/imports/3/"})
    asked = enqueue("essai.suivi", actor=actor_of(person))
    url = reverse("core:job_detail", args=[asked.pk])
    browser = client_for(person)

    page = html(browser.get(url))
    assert "attend son tour" in page
    assert 'hx-trigger="every 1s"' in page
    assert '<noscript><meta http-equiv="refresh"' in page

    run = execution.claim("ici")
    run.progress(40, 160, "Lecture des lignes")
    page = html(browser.get(url))
    assert '<progress id="avancement" max="160" value="40">25 %</progress>' in page
    assert "Lecture des lignes" in page

    execution.execute(run)
    page = html(browser.get(url))
    assert "C’est fait." in page
    assert 'href="/structures/imports/3/"' in page
    assert "every 1s" not in page
    assert "refresh" not in page
    assert html(browser.get(url)).count("/structures/imports/3/") == 1  # still there after a reload


def test_the_polling_gets_the_same_part_as_the_page_and_nothing_when_nothing_moved(client_for, person):
    job("essai.suivi", label="Import des structures")(lambda run: None)
    asked = enqueue("essai.suivi", actor=actor_of(person))
    url = reverse("core:job_detail", args=[asked.pk])
    browser = client_for(person)
    page = html(browser.get(url))
    part = html(browser.get(url, headers={"HX-Request": "true"}))
    assert part.strip() in page
    mark = page.split("?vu=")[1].split('"')[0]
    assert browser.get(url, {"vu": mark}, headers={"HX-Request": "true"}).status_code == 204
    run_pending()
    answer = browser.get(url, {"vu": mark}, headers={"HX-Request": "true"})
    assert "C’est fait." in html(answer)


def test_a_neighbour_does_not_find_the_job_of_somebody_else(client_for, person):
    job("essai.suivi", label="Import des structures")(lambda run: None)
    asked = enqueue("essai.suivi", actor=actor_of(person))
    url = reverse("core:job_detail", args=[asked.pk])
    colleague = member(person.active_membership.organisation)
    assert client_for(colleague).get(url).status_code == 404
    assert client_for(colleague).get(url, headers={"HX-Request": "true"}).status_code == 404


@pytest.mark.parametrize(
    "url", ["https://ailleurs.example/", "//ailleurs.example/", "/\\ailleurs.example", "javascript:alert(1)", 3]
)
def test_a_result_never_leads_out_of_the_site(client_for, person, url):
    job("essai.suivi", label="Import des structures")(lambda run: {"url": url})
    asked = enqueue("essai.suivi", actor=actor_of(person))
    run_pending()
    page = html(client_for(person).get(reverse("core:job_detail", args=[asked.pk])))
    assert "Ouvrir le résultat" not in page


def test_an_app_gives_the_page_of_the_result_by_the_name_of_the_job(client_for, person, monkeypatch):
    monkeypatch.setattr(JOB_RESULT_URL, "_items", {})
    JOB_RESULT_URL.register("essai.suivi", lambda found, actor: f"/resultats/{found.result['id']}/")
    job("essai.suivi", label="Import des structures")(lambda run: {"id": 12})
    asked = enqueue("essai.suivi", actor=actor_of(person))
    run_pending()
    assert 'href="/resultats/12/"' in html(client_for(person).get(reverse("core:job_detail", args=[asked.pk])))


def test_readiness_depends_on_a_living_worker(client):
    checks = client.get("/readyz").json()["checks"]
    assert checks["worker"] is False
    WorkerBeat.objects.create(worker_id="w", host="h", pid=1)
    assert client.get("/readyz").json()["checks"]["worker"] is True


@pytest.mark.parametrize(
    ("asked_from", "offered"),
    [
        ("/ingenieries/1/cahier-des-charges/", True),
        ("https://ailleurs.example/", False),
        ("//ailleurs.example/", False),
    ],
)
def test_the_page_of_a_job_leads_back_to_a_page_of_ours_only(client_for, person, asked_from, offered):
    job("essai.suivi", label="Import des structures")(lambda run: None)
    url = reverse("core:job_detail", args=[enqueue("essai.suivi", actor=actor_of(person)).pk])
    assert (f'href="{asked_from}"' in html(client_for(person).get(url, {"retour": asked_from}))) is offered
