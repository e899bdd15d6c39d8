"""Reference lists kept in the memory of each process for a minute: filters and menus cost no query."""

from __future__ import annotations

import time
from typing import Any, TypeVar

from referentiels.models import Departement, ReferenceItem, Region

_TTL = 60.0
#: model → (when it was read, its items by primary key, by code)
_cache: dict[type[ReferenceItem], tuple[float, dict, dict]] = {}
R = TypeVar("R", bound=ReferenceItem)


def _read(model: type[R]) -> tuple[float, dict[int, R], dict[str, R]]:
    found = _cache.get(model)
    if found is None or time.monotonic() - found[0] > _TTL:
        items = list(model.objects.order_by("position", "label", "pk"))
        found = (time.monotonic(), {item.pk: item for item in items}, {item.code: item for item in items})
        _cache[model] = found
    return found


def _all(model: type[R]) -> dict[int, R]:
    return _read(model)[1]


def items(model: type[R]) -> list[R]:
    """Every item of the list, past ones included, in order. Shared objects: never modify them."""
    return list(_all(model).values())


def mapping(model: type[R]) -> dict[int, R]:
    """Every item by primary key, in order; the same object until the list is read again. Never modify it."""
    return _all(model)


def by_code(model: type[R]) -> dict[str, R]:
    """Every item by code. Never modify it."""
    return _read(model)[2]


def by_id(model: type[R], pk: int | None) -> R | None:
    """The item with this primary key, or ``None``."""
    return _all(model).get(pk) if pk is not None else None


def choices(model: type[R]) -> list[tuple[str, str]]:
    """(code, label) pairs for a filter."""
    return [(item.code, str(item)) for item in _all(model).values()]


def departements(region_id: int | None) -> list[tuple[str, Any]]:
    """The départements for a filter: those of one's own région first, under its name; as one list without région."""
    region = by_id(Region, region_id)
    if region is None:
        return list(choices(Departement))
    own = [(item.code, str(item)) for item in items(Departement) if item.region_id == region_id]
    others = [(item.code, str(item)) for item in items(Departement) if item.region_id != region_id]
    return [(str(region), own), ("Autres régions", others)]


def forget() -> None:
    """Drop what is remembered (a list was edited, a test starts)."""
    _cache.clear()
