"""Writing each thing of the demonstration once."""

from __future__ import annotations

from django.db import models

from demo.models import Repere

COMPLETE = "demonstration"


class Marks:
    """The marks in memory: one query for all."""

    def __init__(self) -> None:
        self._known: dict[str, int | None] = dict(Repere.objects.values_list("key", "object_id"))

    def __contains__(self, key: str) -> bool:
        return key in self._known

    def id_of(self, key: str) -> int | None:
        """Primary key of the object written under ``key``."""
        return self._known.get(key)

    def starting(self, prefix: str) -> dict[str, int]:
        """``{rest of the key: primary key}`` of the marks that start with ``prefix``."""
        return {key[len(prefix) :]: pk for key, pk in self._known.items() if key.startswith(prefix) and pk is not None}

    def set(self, key: str, obj: models.Model | None = None) -> None:
        """Remember ``key``, in the caller's transaction."""
        pk = obj.pk if obj is not None else None
        Repere.objects.create(key=key, object_id=pk)
        self._known[key] = pk


def is_complete() -> bool:
    """Was everything loaded?"""
    return Repere.objects.filter(key=COMPLETE).exists()
