"""The journal: append-only by the database's own refusal, in the transaction of what it tells."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from core import clock, journal
from core.actor import Actor
from core.models import JournalEntry
from tests.factories import OrganisationFactory, engaged, ingenierie_of, member_actor

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def entry():
    ingenierie_of(OrganisationFactory())
    return JournalEntry.objects.order_by("pk").first()


@pytest.mark.parametrize(
    "forbidden",
    [
        "UPDATE core_journalentry SET actor_label = 'un autre'",
        "DELETE FROM core_journalentry",
        pytest.param(
            "TRUNCATE core_journalentry",
            marks=pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has no TRUNCATE"),
        ),
    ],
)
def test_the_database_itself_refuses_to_change_or_empty_the_journal(entry, forbidden):
    before = list(JournalEntry.objects.values_list("pk", "actor_label"))
    refused = pytest.raises(DatabaseError, match="le journal ne se modifie pas")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(forbidden)
    assert list(JournalEntry.objects.values_list("pk", "actor_label")) == before


def test_the_orm_is_refused_too(entry):
    entry.reason = "récrit"
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()


def test_the_triggers_come_back_after_any_migrate(entry):
    journal.lift_triggers()
    from django.core.management import call_command

    call_command("migrate", "core", verbosity=0)
    with pytest.raises(DatabaseError), transaction.atomic():
        JournalEntry.objects.all().delete()


def test_what_is_rolled_back_is_not_told():
    dla = OrganisationFactory()
    count = JournalEntry.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        ingenierie_of(dla)
        raise RuntimeError
    assert JournalEntry.objects.count() == count


@pytest.mark.django_db(transaction=True)
def test_telling_outside_a_transaction_is_a_programming_error():
    dla = OrganisationFactory()
    with pytest.raises(transaction.TransactionManagementError):
        journal.record(Actor.system("essai"), "projects.creation", dla)


def test_an_undeclared_verb_is_a_programming_error():
    with pytest.raises(KeyError, match="non déclaré"):
        journal.record(Actor.system("essai"), "n’existe.pas", OrganisationFactory())


def test_the_timeline_speaks_french_with_before_after_and_reason():
    from projects.cycle import services

    dla = OrganisationFactory(name="DLA de l’essai")
    actor = member_actor(dla)
    ingenierie = engaged(dla)
    services.perform_action(
        ingenierie, "revenir", actor=actor, expected_state="engager", version=ingenierie.version, reason="Trop tôt."
    )
    line = journal.describe(journal.entries_for(ingenierie))[0]
    assert (line.who, line.organisation) == (actor.label, "DLA de l’essai")
    assert line.sentence == "est revenu à l’étape précédente"
    assert line.reason == "Trop tôt."
    change = line.changes[0]
    assert (change.label, change.before, change.after) == ("État", "Engager", "Identifier")


def test_values_are_kept_as_json_can_hold_them():
    assert journal.plain(Decimal("23824.32")) == "23824.32"
    assert journal.plain(dt.date(2026, 11, 21)) == "2026-11-21"
    assert journal.plain({"b", "a"}) == ["a", "b"]
    dla = OrganisationFactory()
    assert journal.plain(dla) == dla.pk


def test_redacted_fields_leave_their_name_only():
    dla = OrganisationFactory()
    type(dla).journal_redacted = frozenset({"phone"})
    try:
        with transaction.atomic():
            row = journal.record(Actor.system("essai"), "projects.creation", dla, changes={"phone": ("1", "2")})
    finally:
        type(dla).journal_redacted = frozenset()
    assert row.changes == {"phone": None}
    assert journal.describe([row])[0].changes[0].hidden


def test_a_replayed_past_has_its_own_dates():
    then = dt.datetime(2025, 3, 10, 9, 0, tzinfo=dt.UTC)
    with clock.replay(then):
        ingenierie = ingenierie_of(OrganisationFactory())
    assert journal.entries_for(ingenierie).get().at == then
    assert clock.now() > then
