"""Model fields that mean something here."""

from __future__ import annotations

from django.db import models


class MoneyField(models.DecimalField):
    """An amount in euros, exact to the cent (up to 9 999 999 999,99 €). HT or TTC is said by the label."""

    is_money = True

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_digits", 12)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)
