"""The only source of time of the application."""

import datetime as dt

from django.utils import timezone


def now() -> dt.datetime:
    """Return the present instant, aware, in UTC. Nothing else in the project reads the machine's clock."""
    return timezone.now()


def today() -> dt.date:
    """Return today's date in the current time zone (Europe/Paris unless the request says otherwise)."""
    return timezone.localdate(now())
