"""Updates whose SQL is built once."""

import datetime as dt

import pytest
from django.db.models import F, Subquery
from django.db.models.functions import TruncDate

from core.models import Job
from core.prepared import Prepared, PreparedUpdate

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 20, 11, 0, 0, 123456, tzinfo=dt.UTC)


def job(name: str, **values) -> Job:
    return Job.objects.create(name=name, created_by_label="Essai", **values)


def test_a_prepared_update_writes_what_the_queryset_would():
    one, other = job("un", attempts=2), job("deux")
    prepared = PreparedUpdate(
        lambda mark: (
            Job.objects.filter(pk=mark("pk"), name=mark("name", str)).exclude(attempts=7),
            {
                "heartbeat_at": mark("now", dt.datetime),
                "progress_done": F("attempts") + 1,
                "progress_message": Subquery(Job.objects.filter(pk=mark("pk")).values("name")),
            },
        )
    )
    assert prepared.run(pk=one.pk, name="un", now=NOON) == 1
    assert prepared.run(pk=one.pk, name="deux", now=NOON) == 0
    later = NOON + dt.timedelta(hours=1)
    assert prepared.run(pk=other.pk, name="deux", now=later) == 1, "la deuxième fois aussi"
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.heartbeat_at, one.progress_done, one.progress_message) == (NOON, 3, "un")
    assert (other.heartbeat_at, other.progress_done, other.progress_message) == (later, 1, "deux")


def test_a_mark_that_does_not_reach_the_sql_is_an_error():
    def build(mark):
        mark("forgotten")
        return Job.objects.filter(pk=mark("pk")), {"attempts": 1}

    with pytest.raises(ValueError, match="marque"):
        PreparedUpdate(build).run(pk=1, forgotten=2)


def test_a_prepared_question_takes_whole_numbers_texts_and_days():
    for name, hour in (("veille", -24), ("jour", 0), ("lendemain", 24)):
        job(name, started_at=NOON + dt.timedelta(hours=hour))
    prepared = Prepared(
        lambda mark: (
            Job.objects.annotate(day=TruncDate("started_at"))
            .filter(day__gte=mark("since", dt.date), attempts__in=[mark("a"), mark("b")])
            .exclude(name=mark("not_that", str))
            .order_by("name")
            .values("name")
        )
    )
    found = prepared.rows(since=NOON.date(), a=0, b=0, not_that="lendemain")
    assert [row["name"] for row in found] == ["jour"]
    found = prepared.rows(since=NOON.date() - dt.timedelta(days=1), a=0, b=7, not_that="x")
    assert [row["name"] for row in found] == ["jour", "lendemain", "veille"]
