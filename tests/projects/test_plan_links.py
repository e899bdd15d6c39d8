"""The rows of plans d'accompagnement that are late or due soon wait on the home page."""

from __future__ import annotations

import datetime as dt

import pytest

from core.clock import today
from projects.dashboard import LIMIT
from projects.plan_links import due
from structures.models import PlanAccompagnement
from structures.plans import services
from tests.factories import (
    OrganisationFactory,
    StructureFactory,
    actor_of,
    member,
    member_actor,
    plan_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def structure():
    return StructureFactory(name="Les Ateliers du Cher")


@pytest.fixture
def person(structure):
    return member(structure.organisation)


def rows_of(structure, *days):
    rows = [{"difficulte": f"J{n}", "echeance": today() + dt.timedelta(days=n)} for n in days]
    return plan_of(structure, lignes=rows)


def told(user):
    return [todo.title.split(" : ")[1] for todo in due(actor_of(user))]


def test_what_is_late_or_due_within_14_days_waits_for_who_follows_the_plan(structure, person):
    plan = rows_of(structure, -3, 0, 14, 15)
    assert told(person) == []
    PlanAccompagnement.objects.filter(pk=plan.pk).update(suivi_par=person)
    assert told(person) == ["J-3", "J0", "J14"]
    assert [todo.late for todo in due(actor_of(person))] == [True, False, False]


def test_a_responsable_sees_the_rows_of_the_organisation_and_a_neighbour_none(structure):
    rows_of(structure, 2)
    assert told(member(structure.organisation, "responsable")) == ["J2"]
    assert told(member(OrganisationFactory(region=structure.organisation.region), "responsable")) == []
    assert told(member(OrganisationFactory(c2ra=True, region=structure.organisation.region), "responsable")) == []


def test_what_is_settled_or_in_a_closed_plan_waits_for_nobody(structure):
    responsable = member(structure.organisation, "responsable")
    plan = rows_of(structure, 1, 2)
    first, second = plan.lignes.all()
    services.follow_ligne(first, "fait", actor=actor_of(responsable))
    assert told(responsable) == ["J2"]
    services.follow_ligne(second, "abandonne", note="Non.", actor=actor_of(responsable))
    assert told(responsable) == []


def test_it_costs_one_query_and_stops_at_the_limit(structure, django_assert_num_queries):
    actor = member_actor(structure.organisation, "responsable")
    rows_of(structure, *range(LIMIT + 3))
    with django_assert_num_queries(1):
        assert len(due(actor)) == LIMIT
