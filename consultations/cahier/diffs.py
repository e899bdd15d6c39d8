"""The values of a cahier des charges as people read them, to be compared."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from consultations.cahier.models import CahierDesCharges
from core.formats import format_date, format_number


def in_words(field: str, value: Any) -> str:
    """A value of the cahier as people read it."""
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    model_field = CahierDesCharges._meta.get_field(field)
    if model_field.choices:
        return str(dict(model_field.flatchoices).get(value, value))
    if isinstance(value, dt.date):
        return format_date(value)
    if isinstance(value, Decimal):
        return format_number(value, decimals=2 if getattr(model_field, "is_money", False) else None)
    return str(value)
