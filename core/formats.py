"""How the application writes dates, money and durations in French. Rows of lists are formatted here, in Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from django.utils import timezone

from core import clock

NBSP = "\u00a0"
NNBSP = "\u202f"
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
DAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]


def format_date(value: dt.date | None, *, weekday: bool = False) -> str:
    """« 21 novembre 2026 », « 1er mars 2026 », with the weekday on demand; empty for ``None``."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date()
    day = "1er" if value.day == 1 else str(value.day)
    text = f"{day}{NBSP}{MONTHS[value.month - 1]}{NBSP}{value.year}"
    return f"{DAYS[value.weekday()]} {text}" if weekday else text


def format_date_short(value: dt.date | None) -> str:
    """« 21/11/2026 », for dense tables."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date()
    return f"{value.day:02d}/{value.month:02d}/{value.year}"


def format_datetime(value: dt.datetime | None) -> str:
    """« 21 novembre 2026 à 14 h 05 » in the current time zone."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{format_date(local.date())} à {local.hour}{NBSP}h{NBSP}{local.minute:02d}"


def format_recent(value: dt.datetime | None) -> str:
    """« il y a 5 min », « hier », then the date: for what is recent."""
    return recent_formatter()(value)


def recent_formatter() -> Callable[[dt.datetime | None], str]:
    """:func:`format_recent` for the lines of one list: the clock is read once for all of them."""
    now, today = clock.now(), clock.today()

    def recent(value: dt.datetime | None) -> str:
        if value is None:
            return ""
        seconds = (now - value).total_seconds()
        if seconds < 60:
            return "à l’instant"
        if seconds < 3600:
            return f"il y a {int(seconds // 60)}{NBSP}min"
        days = (today - timezone.localtime(value).date()).days
        if days == 0:
            return f"il y a {int(seconds // 3600)}{NBSP}h"
        if days == 1:
            return "hier"
        if days < 7:
            return f"il y a {days}{NBSP}jours"
        return format_date(value)

    return recent


def format_age(value: dt.date, *, today: dt.date | None = None) -> str:
    """« il y a 3 mois », « il y a 2 ans »: how old that day is; « aujourd’hui », « hier »."""
    today = today or clock.today()
    days = (today - value).days
    if days < 2:
        return "hier" if days == 1 else "aujourd’hui"
    months = (today.year - value.year) * 12 + today.month - value.month - (today.day < value.day)
    if months < 1:
        return f"il y a {days}{NBSP}jours"
    if months < 24:
        return f"il y a {months}{NBSP}mois"
    return f"il y a {months // 12}{NBSP}ans"


def format_number(value: int | Decimal | None, *, decimals: int | None = None) -> str:
    """« 23 824,32 »: narrow no-break space between thousands, comma; trailing zeros dropped unless ``decimals``."""
    if value is None:
        return ""
    if decimals is None:
        text = f"{value:f}" if isinstance(value, Decimal) else str(value)
        if "." in text:
            text = text.rstrip("0").rstrip(".")
    else:
        text = f"{value:.{decimals}f}"
    sign = "−" if text.startswith("-") else ""
    whole, _, part = text.lstrip("-").partition(".")
    groups = []
    while whole:
        groups.insert(0, whole[-3:])
        whole = whole[:-3]
    return sign + NNBSP.join(groups) + (f",{part}" if part else "")


def format_percent(value: int | Decimal | None) -> str:
    """« 5,5 % »; empty for ``None``."""
    return "" if value is None else f"{format_number(value)}{NBSP}%"


def format_money_plain(value: Decimal | None) -> str:
    """« 23 824,32 € »; empty for ``None``."""
    return "" if value is None else f"{format_number(value, decimals=2)}{NBSP}€"


def format_money(value: Decimal | None, *, ttc: bool = True) -> str:
    """« 23 824,32 € TTC » (or HT)."""
    return "" if value is None else f"{format_money_plain(value)}{NBSP}{'TTC' if ttc else 'HT'}"


def format_days(value: Decimal | None) -> str:
    """« 9,5 jours », « 1 jour »; halves are demi-journées; empty for ``None``."""
    if value is None:
        return ""
    return f"{format_number(value)}{NBSP}jour{'s' if value >= 2 else ''}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """« 1 structure », « 3 structures », « 0 structure »: the number with its noun agreed."""
    word = (many or one + "s") if abs(count) >= 2 else one
    return f"{format_number(count)}{NBSP}{word}"
