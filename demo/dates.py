"""The days of the demonstration: its data are written for one day, and moved to the day it is loaded."""

from __future__ import annotations

import datetime as dt
from random import Random
from zoneinfo import ZoneInfo

from core import clock

#: The day for which the data files are written.
REFERENCE = dt.date(2026, 11, 21)
PARIS = ZoneInfo("Europe/Paris")
_OPENING = dt.time(8, 40)
_MINUTES = 9 * 60  # of a working day


def offset() -> dt.timedelta:
    """How far the data move so that what is running on the reference day is running today."""
    return clock.today() - REFERENCE


def moment(day: dt.date, minute: int = 0) -> dt.datetime:
    """An instant of ``day`` in Paris, ``minute`` minutes after the opening of the offices."""
    return dt.datetime.combine(day, _OPENING, PARIS) + dt.timedelta(minutes=minute)


def working_days(first: dt.date, last: dt.date) -> list[dt.date]:
    """The days from ``first`` to ``last`` when people work; at least one."""
    days = [first + dt.timedelta(days=n) for n in range(max((last - first).days, 0) + 1)]
    return [day for day in days if day.weekday() < 5] or [days[0]]


def next_working_day(day: dt.date) -> dt.date:
    """``day``, or the Monday after it."""
    return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def spread(count: int, first: dt.date, last: dt.date, random: Random) -> list[dt.datetime]:
    """``count`` instants in order, in working hours, between two days (included)."""
    days = working_days(first, last)
    total = len(days) * _MINUTES
    instants = []
    for index in range(count):
        at = int((index + random.uniform(0.1, 0.9)) / count * total)
        instants.append(moment(days[at // _MINUTES], at % _MINUTES))
    return instants


def yesterday() -> dt.date:
    """The last day that is wholly past."""
    return clock.today() - dt.timedelta(days=1)
