"""Names in the order of a French dictionary (armand, Élan, Zola), the same on both databases."""

from __future__ import annotations

from typing import Any

from django.db.models.functions import Collate

from core.text import normalise

#: The collation of ICU that PostgreSQL has; SQLite is given ours under the same name.
FRENCH = "fr-x-icu"


def french(name: str) -> Collate:
    """The field ``name``, to be put in ``order_by`` or in the ``ordering`` of a model."""
    return Collate(name, FRENCH)


def _compare(one: str, other: str) -> int:
    first, second = (normalise(one), one), (normalise(other), other)
    return (first > second) - (first < second)


def install(sender: Any, connection: Any, **kwargs: Any) -> None:
    """Give a new connection of SQLite the collation; received from ``connection_created``."""
    if connection.vendor == "sqlite":
        connection.connection.create_collation(FRENCH, _compare)
