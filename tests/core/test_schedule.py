"""The daily schedule and the housekeeping."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command

from core import clock, outbox
from core.actor import Actor
from core.jobs import daily, enqueue, enqueue_daily, job, run_pending
from core.models import Job, JobState, MailState, OutboxMail, ScheduledRun, WorkerBeat
from core.tasks import prune

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("essai_templates"), pytest.mark.sqlite]
SYSTEM = Actor.system("essai")


@pytest.fixture
def runs():
    dates = []
    daily("essai.du_jour", at=5, label="Essai du jour")(lambda run, date: dates.append(date))
    return dates


def test_a_daily_job_starts_once_a_day_from_its_hour_of_paris(clock_at, runs):
    clock_at("2026-11-21 04:59")
    assert "essai.du_jour" not in enqueue_daily()
    clock_at("2026-11-21 05:00")
    assert "essai.du_jour" in enqueue_daily()
    assert "essai.du_jour" not in enqueue_daily()
    clock_at("2026-11-21 23:59")
    assert "essai.du_jour" not in enqueue_daily()
    clock_at("2026-11-22 00:01")
    assert "essai.du_jour" not in enqueue_daily()
    clock_at("2026-11-22 09:00")
    assert "essai.du_jour" in enqueue_daily()
    run_pending()
    assert runs == ["2026-11-21", "2026-11-22"]


def test_the_night_the_clocks_change_has_its_daily_job_once(clock_at, runs):
    daily("essai.de_la_nuit", at=2, label="Essai de la nuit")(lambda run, date: None)
    for moment in ("2027-03-28 01:59", "2027-03-28 03:00", "2027-03-28 03:30"):  # there is no 2 o'clock
        clock_at(moment)
        enqueue_daily()
    for instant in ("2026-10-25T00:30:00+00:00", "2026-10-25T01:30:00+00:00"):  # 2.30 comes twice
        clock_at(instant)
        enqueue_daily()
    assert ScheduledRun.objects.filter(name="essai.de_la_nuit").count() == 2
    assert Job.objects.filter(name="essai.de_la_nuit").count() == 2


def test_a_job_enqueued_by_the_schedule_is_undone_with_its_row(clock_at, runs, monkeypatch):
    clock_at("2026-11-21 12:00")
    monkeypatch.setattr("core.jobs.schedule.enqueue", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        enqueue_daily()
    assert not ScheduledRun.objects.exists()


def _old_things(clock_at):
    job("essai.rien", label="Rien")(lambda run: None)
    clock_at("2026-08-01 12:00")
    finished = enqueue("essai.rien", actor=SYSTEM)
    waiting = enqueue("essai.rien", actor=SYSTEM, run_after=clock.now() + dt.timedelta(days=300))
    sent = outbox.queue_mail("essai/nouvelle", to="a@example.org", context={"sans_objet": True}, actor=SYSTEM)
    owed = outbox.queue_mail("essai/nouvelle", to="a@example.org", context={}, actor=SYSTEM, urgent=False)
    run_pending()
    session = SessionStore()
    session["x"] = 1
    session.set_expiry(60)
    session.save()
    WorkerBeat.objects.create(worker_id="mort", host="ici", pid=1)
    ScheduledRun.objects.create(name="essai.rien", date=clock.today())
    return finished, waiting, sent, owed


def test_what_is_finished_since_90_days_is_pruned_and_nothing_else(clock_at):
    finished, waiting, _, owed = _old_things(clock_at)
    clock_at("2026-11-21 12:00")
    recent = enqueue("essai.rien", actor=SYSTEM)
    run_pending()
    told = prune(dry_run=True)
    assert Job.objects.filter(pk=finished.pk).exists()
    assert prune() == told
    assert told == {"courriers": 1, "taches": 2, "lancements": 1, "processus": 1, "sessions": 1, "formulaires": 0}
    assert set(Job.objects.values_list("pk", flat=True)) == {waiting.pk, recent.pk}
    assert list(OutboxMail.objects.all()) == [owed]
    assert not Session.objects.exists()


def test_nothing_is_pruned_before_90_days(clock_at):
    _old_things(clock_at)
    clock_at("2026-10-29 12:00")
    told = prune()
    assert (told["courriers"], told["taches"]) == (0, 0)


def test_the_housekeeping_runs_as_a_job_and_as_a_command_that_can_only_count(clock_at):
    _old_things(clock_at)
    clock_at("2026-11-21 12:00")
    out = StringIO()
    call_command("menage", dry_run=True, stdout=out)
    assert "courriers : 1 à supprimer" in out.getvalue()
    enqueue_daily()
    run_pending()
    done = Job.objects.get(name="core.menage")
    assert done.state == JobState.FAIT
    assert done.result["taches"] == 2
    assert OutboxMail.objects.get().state == MailState.ENVOYE  # the one that was owed left with the digest
