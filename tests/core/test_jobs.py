"""Background jobs: written with the business, tried again, found again when their worker dies."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import OperationalError, transaction

from core import clock
from core.actor import Actor
from core.errors import InvalidInput, NotAllowed, StaleState
from core.jobs import GiveUp, JobLost, enqueue, execution, job, retry_job, run_pending, sweep, worker_alive
from core.jobs.worker import Worker
from core.models import Job, JobState, JournalEntry, Lane, WorkerBeat
from tests.factories import UserFactory, member_actor

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
SYSTEM = Actor.system("essai")


class Recorder:
    """A job function that records its runs and does what it is told at each."""

    def __init__(self, *steps):
        self.steps = list(steps)
        self.runs = []

    def __call__(self, run, **payload):
        self.runs.append((run.attempt, payload))
        step = self.steps.pop(0) if self.steps else None
        if isinstance(step, Exception):
            raise step
        return step(run) if callable(step) else step


def declare(*steps, **options) -> Recorder:
    recorder = Recorder(*steps)
    job("essai.enregistre", label="Essai enregistré", **options)(recorder)
    return recorder


def test_a_job_is_undone_with_the_business_it_follows():
    declare()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue("essai.enregistre", {"n": 1}, actor=SYSTEM)
        assert Job.objects.count() == 1
        _ = 1 / 0
    assert not Job.objects.exists()


def test_a_job_runs_once_and_keeps_its_result():
    recorder = declare({"url": "/la-bas/"})
    asked = enqueue("essai.enregistre", {"n": 1}, actor=member_actor())
    assert run_pending() == 1
    assert run_pending() == 0
    asked.refresh_from_db()
    assert recorder.runs == [(1, {"n": 1})]
    assert (asked.state, asked.result, asked.attempts) == (JobState.FAIT, {"url": "/la-bas/"}, 1)
    assert asked.finished_at


def test_the_same_key_gives_the_same_job():
    recorder = declare()
    first = enqueue("essai.enregistre", {"n": 1}, actor=SYSTEM, key="une-fois")
    second = enqueue("essai.enregistre", {"n": 2}, actor=SYSTEM, key="une-fois")
    assert first == second
    run_pending()
    assert enqueue("essai.enregistre", {"n": 3}, actor=SYSTEM, key="une-fois") == first
    run_pending()
    assert recorder.runs == [(1, {"n": 1})]


def test_an_unknown_job_and_a_payload_that_json_cannot_hold_are_refused_at_once():
    declare()
    with pytest.raises(LookupError):
        enqueue("essai.inconnu", actor=SYSTEM)
    with pytest.raises(TypeError):
        enqueue("essai.enregistre", {"n": object()}, actor=SYSTEM)
    assert not Job.objects.exists()


def test_a_job_waits_for_its_hour(clock_at):
    recorder = declare()
    clock_at("2026-11-21 12:00")
    enqueue("essai.enregistre", actor=SYSTEM, run_after=clock.now() + dt.timedelta(hours=1))
    assert run_pending() == 0
    clock_at("2026-11-21 13:01")
    assert run_pending() == 1
    assert len(recorder.runs) == 1


def test_a_failed_attempt_is_tried_again_later_each_time_twice_as_late(clock_at, settings):
    settings.JOB_BACKOFF_SECONDS = 60
    recorder = declare(ValueError("un"), ValueError("deux"), {"ok": True})
    clock_at("2026-11-21 12:00")
    asked = enqueue("essai.enregistre", actor=SYSTEM)
    assert run_pending() == 1
    asked.refresh_from_db()
    assert asked.state == JobState.EN_ATTENTE
    assert 54 <= (asked.run_after - clock.now()).total_seconds() <= 66
    assert asked.error == "Erreur inattendue (ValueError)."
    assert "ValueError: un" in asked.trace
    assert run_pending() == 0

    clock_at("2026-11-21 12:02")
    assert run_pending() == 1
    asked.refresh_from_db()
    assert 108 <= (asked.run_after - clock.now()).total_seconds() <= 132

    clock_at("2026-11-21 12:05")
    run_pending()
    asked.refresh_from_db()
    assert (asked.state, asked.result, asked.error, asked.trace) == (JobState.FAIT, {"ok": True}, "", "")
    assert [attempt for attempt, _ in recorder.runs] == [1, 2, 3]


def test_a_job_fails_for_good_after_its_last_attempt_and_says_so(clock_at):
    told = []
    declare(*[ValueError("non")] * 5, max_attempts=2, on_failure=lambda failed: told.append(failed.pk))
    clock_at("2026-11-21 12:00")
    asked = enqueue("essai.enregistre", actor=SYSTEM)
    run_pending()
    assert told == []
    clock_at("2026-11-21 18:00")
    run_pending()
    asked.refresh_from_db()
    assert (asked.state, asked.attempts) == (JobState.ECHEC, 2)
    assert told == [asked.pk]
    clock_at("2026-11-22 18:00")
    assert run_pending() == 0


@pytest.mark.parametrize("kind", [GiveUp, InvalidInput])
def test_what_trying_again_will_not_mend_fails_at_once_with_its_sentence(kind):
    declare(kind("Cette adresse n’existe pas."))
    asked = enqueue("essai.enregistre", actor=SYSTEM)
    run_pending()
    asked.refresh_from_db()
    assert (asked.state, asked.attempts, asked.error) == (JobState.ECHEC, 1, "Cette adresse n’existe pas.")


def test_what_a_failure_sets_off_cannot_prevent_it_from_being_recorded():
    declare(ValueError("non"), max_attempts=1, on_failure=lambda failed: 1 / 0)
    asked = enqueue("essai.enregistre", actor=SYSTEM)
    run_pending()
    asked.refresh_from_db()
    assert asked.state == JobState.ECHEC


def test_characters_that_the_database_refuses_do_not_lose_a_job():
    declare({"texte": "a\x00b", "liste": ["\x00"]}, ValueError("c\x00d"), GiveUp("e\x00f"), max_attempts=1)
    jobs = [enqueue("essai.enregistre", actor=SYSTEM) for _ in range(3)]
    run_pending()
    for asked in jobs:
        asked.refresh_from_db()
    assert jobs[0].result == {"texte": "ab", "liste": [""]}
    assert "ValueError: cd" in jobs[1].trace
    assert jobs[2].error == "ef"


def test_a_job_of_an_unknown_version_waits_for_a_worker_that_knows_it():
    declare()
    asked = enqueue("essai.enregistre", actor=SYSTEM)
    Job.objects.update(name="essai.d_une_autre_version")
    run_pending()
    asked.refresh_from_db()
    assert asked.state == JobState.EN_ATTENTE


def test_the_most_pressing_jobs_go_first():
    order = []
    job("essai.lente", label="Lente", priority=-10)(lambda run: order.append("lente"))
    job("essai.pressee", label="Pressée", priority=10)(lambda run: order.append("pressée"))
    enqueue("essai.lente", actor=SYSTEM)
    enqueue("essai.pressee", actor=SYSTEM)
    run_pending()
    assert order == ["pressée", "lente"]


def test_a_worker_takes_what_is_due_in_its_lane_and_leaves_the_others():
    order = []
    job("essai.pressee", label="Pressée", priority=100)(lambda run: order.append("travail"))
    job("essai.lettre", label="Lettre", lane=Lane.COURRIERS)(lambda run: order.append("courrier"))
    enqueue("essai.pressee", actor=SYSTEM)
    enqueue("essai.lettre", actor=SYSTEM)
    assert execution.run_next("facteur", Lane.COURRIERS)
    assert not execution.run_next("facteur", Lane.COURRIERS)
    assert order == ["courrier"]
    assert execution.run_next("atelier", Lane.TRAVAUX)
    assert order == ["courrier", "travail"]


def test_a_lane_that_does_not_exist_is_refused_at_the_declaration():
    with pytest.raises(ValueError, match="inconnue"):
        job("essai.ailleurs", label="Ailleurs", lane="inconnue")(lambda run: None)


def test_a_job_whose_heartbeat_stopped_is_taken_again(clock_at, settings):
    settings.JOB_STALE_SECONDS = 60
    recorder = declare()
    clock_at("2026-11-21 12:00")
    asked = enqueue("essai.enregistre", actor=SYSTEM)
    assert execution.claim("mort")  # and the process dies here
    clock_at("2026-11-21 12:00:59")
    assert (sweep(), run_pending()) == (0, 0)
    clock_at("2026-11-21 12:01:01")
    assert sweep() == 1
    assert run_pending() == 1
    asked.refresh_from_db()
    assert (asked.state, recorder.runs) == (JobState.FAIT, [(2, {})])


def test_a_job_that_kills_each_of_its_workers_ends_as_a_failure(clock_at):
    declare(max_attempts=2)
    asked = enqueue("essai.enregistre", actor=SYSTEM)
    for hour in (12, 13):
        clock_at(f"2027-01-01 {hour}:00")
        assert execution.claim("mort")
        clock_at(f"2027-01-01 {hour}:30")
        assert sweep() == 1
    asked.refresh_from_db()
    assert asked.state == JobState.ECHEC
    assert "arrêté sans prévenir" in asked.error


def test_a_worker_that_wakes_up_after_its_job_was_taken_changes_nothing(clock_at):
    clock_at("2026-11-21 12:00")
    declare({"par": "second"})
    asked = enqueue("essai.enregistre", actor=SYSTEM)
    slow = execution.claim("lent")
    clock_at("2026-11-21 12:10")
    sweep()
    run_pending()
    with pytest.raises(JobLost):
        slow.progress(1, 2)
    execution.execute(slow)
    asked.refresh_from_db()
    assert (asked.result, asked.attempts, asked.state) == ({"par": "second"}, 2, JobState.FAIT)


def test_an_interrupted_job_goes_back_to_the_queue_without_losing_an_attempt(monkeypatch):
    recorder = declare(lambda run: run.check(), {"ok": True})
    asked = enqueue("essai.enregistre", actor=SYSTEM)
    monkeypatch.setattr(execution.process, "must_stop", lambda: True)
    assert execution.run_next("arrete")
    asked.refresh_from_db()
    assert (asked.state, asked.attempts) == (JobState.EN_ATTENTE, 0)
    monkeypatch.setattr(execution.process, "must_stop", lambda: False)
    run_pending()
    asked.refresh_from_db()
    assert asked.state == JobState.FAIT
    assert [attempt for attempt, _ in recorder.runs] == [1, 1]


def test_progress_is_written_and_ends_complete():
    seen = []

    def work(run):
        for step in range(1, 4):
            run._told_at = 0.0
            run.progress(step, 4, f"étape {step}")
            seen.append(Job.objects.get().percent)

    declare(work)
    asked = enqueue("essai.enregistre", actor=SYSTEM)
    run_pending()
    asked.refresh_from_db()
    assert seen == [25, 50, 75]
    assert (asked.percent, asked.progress_message) == (100, "étape 3")


def test_the_end_of_a_job_is_recorded_even_when_the_database_was_locked_for_a_while(monkeypatch):
    declare({"ok": True})
    asked = enqueue("essai.enregistre", actor=SYSTEM)
    troubles = [OperationalError("database is locked")] * 2
    real = execution.JobRun.mine

    def mine(self):
        if troubles:
            raise troubles.pop()
        return real(self)

    monkeypatch.setattr(execution.JobRun, "mine", mine)
    monkeypatch.setattr(execution.time, "sleep", lambda seconds: None)
    run_pending()
    asked.refresh_from_db()
    assert asked.state == JobState.FAIT


def test_the_loop_of_a_worker_survives_the_database(monkeypatch, settings):
    settings.JOB_HEARTBEAT_SECONDS = 60
    worker = Worker(interval=0.01)
    steps = [OperationalError("database is locked"), OperationalError("server closed the connection"), RuntimeError()]

    def run_next(worker_id, lane):
        if steps:
            raise steps.pop(0)
        worker.stop()
        return False

    monkeypatch.setattr(execution, "run_next", run_next)
    monkeypatch.setattr(worker, "look_around", lambda: None)
    monkeypatch.setattr(worker, "_sleep", lambda seconds: None)
    monkeypatch.setattr("core.jobs.worker.connection.close", lambda: None)
    worker.run()
    assert steps == []
    assert not WorkerBeat.objects.exists()


def test_a_worker_is_alive_as_long_as_it_is_seen(clock_at, settings):
    settings.JOB_STALE_SECONDS = 60
    clock_at("2026-11-21 12:00")
    assert not worker_alive()
    WorkerBeat.objects.create(worker_id="w1", host="ici", pid=1)
    assert worker_alive()
    clock_at("2026-11-21 12:02")
    assert not worker_alive()


def test_the_workers_are_all_alive_when_each_lane_has_one(clock_at):
    clock_at("2026-11-21 12:00")
    WorkerBeat.objects.create(worker_id="w1", host="ici", pid=1, lane=Lane.TRAVAUX)
    assert not worker_alive()
    WorkerBeat.objects.create(worker_id="w2", host="ici", pid=2, lane=Lane.COURRIERS)
    assert worker_alive()


def test_a_failed_job_is_relaunched_by_the_operator_alone_and_once():
    operator = Actor.for_user(UserFactory(administrator=True))
    recorder = declare(GiveUp("Non."), {"ok": True})
    asked = enqueue("essai.enregistre", actor=SYSTEM)
    run_pending()
    for someone in (member_actor(), Actor.for_user(UserFactory(is_staff=True)), Actor.anonymous()):
        with pytest.raises(NotAllowed):
            retry_job(asked, actor=someone)
    retry_job(asked, actor=operator)
    with pytest.raises(StaleState):
        retry_job(asked, actor=operator)
    run_pending()
    asked.refresh_from_db()
    assert asked.state == JobState.FAIT
    assert len(recorder.runs) == 2
    assert JournalEntry.objects.filter(verb="core.relance_tache", object_id=asked.pk).count() == 1


def test_a_person_sees_the_jobs_she_asked_for_and_no_other():
    declare()
    someone, neighbour = member_actor(), member_actor()
    mine = enqueue("essai.enregistre", actor=someone)
    enqueue("essai.enregistre", actor=SYSTEM)
    assert list(Job.objects.visible_to(someone)) == [mine]
    assert not Job.objects.visible_to(neighbour).exists()
    assert not Job.objects.visible_to(Actor.anonymous()).exists()
    assert Job.objects.visible_to(Actor.for_user(UserFactory(administrator=True))).count() == 2


def test_a_job_knows_who_asked_for_it_and_gives_up_when_the_account_is_closed():
    seen = []
    declare(lambda run: seen.append(run.requester), lambda run: run.requester)
    someone = member_actor()
    enqueue("essai.enregistre", actor=someone)
    run_pending()
    assert seen[0].user == someone.user
    someone.user.is_active = False
    someone.user.save()
    refused = enqueue("essai.enregistre", actor=someone)
    run_pending()
    refused.refresh_from_db()
    assert refused.state == JobState.ECHEC
