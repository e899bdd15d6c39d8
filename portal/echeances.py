"""What the échéancier gathers from every floor, as lists, months and calendar feeds show it."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from core import clock
from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, Window
from core.formats import DAYS, MONTHS, NBSP, format_date
from referentiels.fuseaux import Fuseau

#: What a list shows before today and after it; a feed too.
BEFORE, AFTER = dt.timedelta(days=30), dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Line:
    """One date with its kind (a code of ``ECHEANCES``)."""

    kind: str
    label: str
    echeance: Echeance

    @property
    def day(self) -> dt.date:
        """The day, where it happens."""
        when = self.echeance.when
        return self._local(when).date() if isinstance(when, dt.datetime) else when

    @property
    def hour(self) -> str:
        """« 14 h 30 », with the territory when it is not that of Paris, or nothing for a whole day."""
        when = self.echeance.when
        if not isinstance(when, dt.datetime):
            return ""
        local, fuseau = self._local(when), self.echeance.fuseau
        told = f"{local.hour}{NBSP}h{NBSP}{local.minute:02d}"
        return told if fuseau in ("", Fuseau.PARIS) else f"{told} ({Fuseau(fuseau).label})"

    @property
    def clock(self) -> str:
        """« 14:30 », what a day is sorted by; whole days come first."""
        when = self.echeance.when
        return f"{self._local(when):%H:%M}" if isinstance(when, dt.datetime) else ""

    def _local(self, when: dt.datetime) -> dt.datetime:
        return timezone.localtime(when, ZoneInfo(self.echeance.fuseau) if self.echeance.fuseau else None)


def kinds() -> list[tuple[str, str]]:
    """(code, label) of every kind of date."""
    return [(code, source.label) for code, source in ECHEANCES.items()]


def gather(actor: Actor, window: Window, only: str = "") -> list[Line]:
    """Every date of the window (of one kind when ``only`` is its code), by day. One query a source."""
    lines = [
        Line(code, source.label, echeance)
        for code, source in ECHEANCES.items()
        if not only or code == only
        for echeance in source.find(actor, window)
    ]
    return sorted(lines, key=lambda line: (line.day, line.clock, line.kind, line.echeance.key))


def shown(line: Line, today: dt.date) -> dict[str, Any]:
    """A date, ready to print."""
    e = line.echeance
    late = line.day < today and not e.done
    return {
        "title": e.title,
        "about": e.about,
        "url": e.url,
        "kind": line.label,
        "hour": line.hour,
        "place": e.place,
        "state": "fait" if e.done and line.day <= today else "passée" if late else "",
        "tone": "ok" if e.done else "warn",
    }


def by_day(lines: list[Line], today: dt.date) -> list[dict[str, Any]]:
    """The dates as a list: a day, then what falls on it."""
    days: dict[dt.date, list[dict[str, Any]]] = {}
    for line in lines:
        days.setdefault(line.day, []).append(shown(line, today))
    return [
        {"label": format_date(day, weekday=True), "iso": day.isoformat(), "today": day == today, "lines": found}
        for day, found in days.items()
    ]


def month_of(raw: str) -> dt.date:
    """The first day of « 2026-11 », or of the present month when it is none."""
    try:
        first = dt.date.fromisoformat(f"{raw}-01")
    except ValueError:
        return clock.today().replace(day=1)
    return first if 2000 <= first.year <= 2100 else clock.today().replace(day=1)


def weeks(first: dt.date, lines: list[Line], today: dt.date) -> list[list[dict[str, Any]]]:
    """The month as weeks of seven days, those of the neighbouring months left empty."""
    days: dict[dt.date, list[dict[str, Any]]] = {}
    for line in lines:
        days.setdefault(line.day, []).append(shown(line, today))
    return [
        [
            {
                "number": day.day if day.month == first.month else 0,
                "label": format_date(day, weekday=True),
                "today": day == today,
                "lines": days.get(day, []) if day.month == first.month else [],
            }
            for day in week
        ]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]


def month_window(first: dt.date, ingenierie: int | None) -> Window:
    """The days of a month."""
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return Window(first, last, ingenierie)


def month_name(first: dt.date) -> str:
    """« novembre 2026 »."""
    return f"{MONTHS[first.month - 1]}{NBSP}{first.year}"


WEEKDAYS = DAYS
