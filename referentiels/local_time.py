"""A date and an hour typed, recorded and told in the time of the territory where they happen."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.formats import NBSP
from referentiels.fuseaux import Fuseau


class LocalDateTimeField(forms.DateTimeField):
    """A date and time of the territory: read and shown in ``zone``, whatever the server's or the browser's.

    The cleaned value has no zone: the form gives it one with :func:`instant`.
    """

    zone = ZoneInfo(Fuseau.PARIS.value)
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def prepare_value(self, value):
        if isinstance(value, dt.datetime) and timezone.is_aware(value):
            value = value.astimezone(self.zone).replace(tzinfo=None)
        return value

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if isinstance(value, dt.datetime):
            return value
        for pattern in ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"):
            try:
                return dt.datetime.strptime(value.strip(), pattern)
            except (ValueError, AttributeError):
                continue
        raise ValidationError("Donnez une date et une heure, par exemple 15/01/2027 17:00.", code="invalid")

    def has_changed(self, initial, data):
        return self.prepare_value(initial) != self.to_python(data)


def instant(local: dt.datetime, fuseau: str) -> dt.datetime:
    """The instant (UTC) of a date and hour of ``fuseau``. Raises ``ValidationError`` for the hour clocks jump over."""
    if timezone.is_aware(local):
        return local.astimezone(dt.UTC)
    zone = ZoneInfo(fuseau)
    moment = local.replace(tzinfo=zone).astimezone(dt.UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local:
        raise ValidationError(
            "Cette heure n’existe pas : les horloges avancent d’une heure ce jour-là.", code="skipped"
        )
    return moment


def hour_text(value: dt.time) -> str:
    """« 9 h 30 », « 14 h »."""
    return f"{value.hour}{NBSP}h" + (f"{NBSP}{value.minute:02d}" if value.minute else "")


def hours_text(begin: dt.time, end: dt.time | None, fuseau: str) -> str:
    """« de 14 h à 16 h 30 », « à 14 h » when its end is not known; with the territory when it is not that of Paris."""
    told = f"à {hour_text(begin)}" if end is None else f"de {hour_text(begin)} à {hour_text(end)}"
    return told if fuseau == Fuseau.PARIS else f"{told} ({Fuseau(fuseau).label})"
