"""« Tâches et courriers » and the page of a job, in a real browser."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core import outbox
from core.actor import Actor
from core.jobs import JOBS, GiveUp, enqueue, execution, job, run_pending
from core.models import Job, JobState, MailState, OutboxMail, WorkerBeat
from core.outbox import MAIL_CONTEXTS, mail_context
from tests.factories import actor_of, member

SYSTEM = Actor.system("essai")


@pytest.fixture(autouse=True)
def _jobs_of_the_test():
    kept = [(registry, dict(registry._items)) for registry in (JOBS, MAIL_CONTEXTS)]
    job("essai.import", label="Import de structures")(_import)
    mail_context("essai/courrier")(lambda ids: {})
    yield
    for registry, items in kept:
        registry._items.clear()
        registry._items.update(items)


def _import(run, *, refused: bool = False):
    if refused:
        raise GiveUp("Ce fichier n’est pas un tableau : exportez-le au format XLSX ou CSV.")
    return {"url": "/accessibilite/"}


def test_the_operator_reads_what_failed_and_relaunches_it(page, login, axe, fits, screenshot):
    operator = member(is_staff=True, is_superuser=True)
    for _ in range(3):
        enqueue("essai.import", {"refused": True}, actor=actor_of(operator))
    run_pending()
    outbox.queue_mail("essai/courrier", to="une.adresse.assez.longue@exemple-de-domaine.org", context={}, actor=SYSTEM)
    OutboxMail.objects.update(state=MailState.ECHEC, error="Le serveur de courrier refuse cette adresse.")
    Job.objects.filter(name=outbox.SEND_JOB).update(state=JobState.ECHEC, trace="Traceback\n" + "x" * 300)
    WorkerBeat.objects.create(worker_id="serveur-1-4242-9f3a", host="serveur-1", pid=4242)
    login(page, operator)
    page.get_by_role("link", name="Tâches et courriers").click()
    expect(page.get_by_role("heading", level=1, name="Tâches et courriers")).to_be_visible()
    for address in (
        page.url,
        f"{page.url}?vue=courriers&etat=echec",
        f"{page.url}?vue=courriers&etat=envoye",
        reverse("core:mail_detail", args=[OutboxMail.objects.get().pk]),
        reverse("core:job_detail", args=[Job.objects.filter(name=outbox.SEND_JOB).get().pk]),
    ):
        page.goto(address)
        axe(page)
        screenshot(page, "exploitation-" + address.split("/exploitation/")[-1].strip("/?").replace("/", "-"))
        fits(page, 320)
        page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(reverse("core:exploitation"))
    page.get_by_role("button", name="Relancer").first.click()
    expect(page.get_by_text("relancée")).to_be_visible()
    assert Job.objects.filter(state=JobState.EN_ATTENTE).count() == 1


def test_the_page_of_a_job_follows_it_without_being_reloaded(page, login, axe, fits, screenshot):
    person = member()
    asked = enqueue("essai.import", actor=actor_of(person))
    login(page, person)
    page.goto(reverse("core:job_detail", args=[asked.pk]))
    page.evaluate("window.untouched = true")
    expect(page.get_by_text("attend son tour")).to_be_visible()
    axe(page)
    run = execution.claim("navigateur")
    run.progress(30, 120, "Lecture des lignes")
    bar = page.get_by_role("progressbar", name="Lecture des lignes")
    expect(bar).to_have_attribute("value", "30")
    axe(page)
    fits(page, 320)
    screenshot(page, "tache-en-cours")
    run._told_at = 0.0
    run.progress(60, 120, "Lecture des lignes")
    expect(bar).to_have_attribute("value", "60")
    execution.execute(run)
    expect(page.get_by_role("link", name="Ouvrir le résultat")).to_be_visible()
    axe(page)
    screenshot(page, "tache-faite")
    assert page.evaluate("window.untouched") is True
    page.get_by_role("link", name="Ouvrir le résultat").click()
    expect(page).to_have_url(re.compile(r"/accessibilite/$"))


def test_the_page_of_a_job_follows_it_without_javascript(browser, browser_context_args, login, site):
    person = member()
    asked = enqueue("essai.import", actor=actor_of(person))
    context = browser.new_context(**{**browser_context_args, "base_url": site.url, "java_script_enabled": False})
    try:
        page = context.new_page()
        login(page, person)
        page.goto(reverse("core:job_detail", args=[asked.pk]))
        expect(page.get_by_text("attend son tour")).to_be_visible()
        run_pending()
        expect(page.get_by_role("link", name="Ouvrir le résultat")).to_be_visible(timeout=15_000)
    finally:
        context.close()
