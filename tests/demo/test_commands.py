"""Where the demonstration may be loaded, and taken away."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from core.identifiers import clean_siret
from core.models import JournalEntry
from demo import dates, directories, loading, marks
from demo.models import Repere
from projects.methodologie.models import Methodologie
from referentiels.models import Departement
from tests.factories import UserFactory


def test_production_refuses_the_demonstration(settings, db):
    settings.PRODUCTION = True
    for command in (["load_demo"], ["load_demo", "--reset", "--noinput"], ["demo_accounts"]):
        with pytest.raises(CommandError, match="production"):
            call_command(*command)
    assert not Repere.objects.exists()
    assert not User.objects.exists()


def test_the_accounts_are_not_told_before_the_load(db):
    with pytest.raises(CommandError, match="load_demo"):
        call_command("demo_accounts")


def test_the_load_says_what_it_lacks(db, monkeypatch):
    monkeypatch.setattr(loading.lists, "items", lambda model: [])
    with pytest.raises(CommandError, match="load_referentiels"):
        call_command("load_demo", verbosity=0)


def test_a_reset_without_a_yes_erases_nothing(db, monkeypatch):
    user = UserFactory()
    monkeypatch.setattr("builtins.input", lambda prompt: "non")
    with pytest.raises(CommandError, match="Rien"):
        call_command("load_demo", "--reset")
    assert User.objects.filter(pk=user.pk).exists()


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_reset_empties_everything_and_puts_the_lists_back(monkeypatch):
    UserFactory()
    Repere.objects.create(key=marks.COMPLETE)
    monkeypatch.setattr(loading, "load", lambda say: 0)
    call_command("load_demo", "--reset", "--noinput", verbosity=0)
    assert not User.objects.exists()
    assert not Repere.objects.exists()
    assert not JournalEntry.objects.exists()
    assert Departement.objects.count() > 100
    assert Methodologie.objects.count() == 2  # one per cycle


def test_the_data_move_with_the_day(clock_at):
    clock_at("2026-11-21 12:00")
    assert dates.offset() == dt.timedelta(0)
    clock_at("2027-01-20 08:00")
    assert dates.offset() == dt.timedelta(days=60)


def test_instants_are_spread_in_order_in_working_hours():
    found = dates.spread(40, dt.date(2026, 11, 2), dt.date(2026, 11, 22), Random(1))
    assert found == sorted(set(found))
    assert all(instant.weekday() < 5 and 8 <= instant.hour < 18 for instant in found)
    assert len(dates.spread(5, dt.date(2026, 11, 21), dt.date(2026, 11, 21), Random(1))) == 5


def test_a_deadline_falls_on_a_working_day():
    assert dates.next_working_day(dt.date(2026, 11, 21)) == dt.date(2026, 11, 23)
    assert dates.next_working_day(dt.date(2026, 11, 22)) == dt.date(2026, 11, 23)
    assert dates.next_working_day(dt.date(2026, 11, 20)) == dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("Office de tourisme de {commune}", "Office de tourisme d’Orléans"),
        ("Danse et mouvement à {commune}", "Danse et mouvement à Orléans"),
        ("Pays {commune}", "Pays Orléans"),
    ],
)
def test_a_commune_takes_its_place_in_a_name(template, name):
    commune = {"nom": "Orléans", "de": "d’Orléans", "a": "à Orléans"}
    assert directories.place(template, commune) == name


def test_invented_sirets_have_right_keys():
    for number in (1, 37, 999_999):
        assert clean_siret(directories.siret(number)) == directories.siret(number)
