"""The only source of time of the application."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_replayed: ContextVar[dt.datetime | None] = ContextVar("replayed_instant", default=None)


def now() -> dt.datetime:
    """Return the present instant, aware, in UTC. Nothing else in the project reads the machine's clock."""
    return _replayed.get() or timezone.now()


def today() -> dt.date:
    """Return today's date in the current time zone (Europe/Paris unless the request says otherwise)."""
    return timezone.localdate(now())


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day ``months`` later, or earlier (29 February gives 28)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (dt.date(year + (month == 11), (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))


@contextmanager
def replay(instant: dt.datetime) -> Iterator[None]:
    """Let what runs inside believe it is ``instant`` (aware): to write a past with its own dates (demonstration)."""
    token = _replayed.set(instant)
    try:
        yield
    finally:
        _replayed.reset(token)
