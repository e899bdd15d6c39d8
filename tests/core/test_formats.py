"""Dates, money and numbers are written as people write them here."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from core import formats


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("value", "weekday", "expected"),
    [
        (dt.date(2026, 11, 21), False, "21 novembre 2026"),
        (dt.date(2026, 11, 21), True, "samedi 21 novembre 2026"),
        (dt.date(2026, 3, 1), False, "1er mars 2026"),
        (dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.UTC), False, "21 novembre 2026"),
        (None, False, ""),
    ],
)
def test_dates(value, weekday, expected):
    assert plain(formats.format_date(value, weekday=weekday)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("23824.32"), "23 824,32 €"),
        (Decimal("0"), "0,00 €"),
        (Decimal("-1250.5"), "−1 250,50 €"),
        (Decimal("1234567.89"), "1 234 567,89 €"),
        (None, ""),
    ],
)
def test_money_to_the_cent(value, expected):
    assert plain(formats.format_money_plain(value)) == expected


def test_money_says_its_tax():
    assert plain(formats.format_money(Decimal("15000"))) == "15 000,00 € TTC"
    assert plain(formats.format_money(Decimal("15000"), ttc=False)) == "15 000,00 € HT"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("9.5"), "9,5 jours"),
        (Decimal("1"), "1 jour"),
        (Decimal("1.50"), "1,5 jour"),
        (Decimal("24.0"), "24 jours"),
    ],
)
def test_days_and_half_days(value, expected):
    assert plain(formats.format_days(value)) == expected


@pytest.mark.parametrize(("count", "expected"), [(0, "0 structure"), (1, "1 structure"), (2, "2 structures")])
def test_nouns_agree(count, expected):
    assert plain(formats.plural(count, "structure")) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ((2026, 11, 28), "aujourd’hui"),
        ((2026, 11, 27), "hier"),
        ((2026, 10, 29), "il y a 30 jours"),
        ((2026, 10, 28), "il y a 1 mois"),
        ((2024, 11, 29), "il y a 23 mois"),
        ((2024, 11, 28), "il y a 2 ans"),
    ],
)
def test_an_age_is_said_in_whole_months_then_years(day, expected):
    assert plain(formats.format_age(dt.date(*day), today=dt.date(2026, 11, 28))) == expected


def test_what_is_recent_is_said_so(clock_at):
    clock_at("2026-11-21 18:00")
    now = dt.datetime(2026, 11, 21, 17, 0, tzinfo=dt.UTC)
    said = [
        plain(formats.format_recent(now - dt.timedelta(**ago)))
        for ago in ({"seconds": 5}, {"minutes": 5}, {"hours": 3}, {"days": 1}, {"days": 3}, {"days": 30})
    ]
    assert said == ["à l’instant", "il y a 5 min", "il y a 3 h", "hier", "il y a 3 jours", "22 octobre 2026"]
