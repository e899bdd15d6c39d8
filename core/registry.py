"""Registries: how a lower floor is given something by a higher one, in its ``AppConfig.ready()``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """A named, ordered collection of providers, each under a unique code.

    >>> tabs = Registry("onglets"); tabs.register("journal", tab, order=90)
    """

    def __init__(self, name: str):
        self.name = name
        self._items: dict[str, tuple[int, T]] = {}

    def register(self, code: str, item: T, *, order: int = 50) -> T:
        """Add ``item`` under ``code``. Registering another item under a taken code is a programming error."""
        if code in self._items and self._items[code][1] is not item:
            raise ValueError(f"{self.name} : « {code} » est déjà enregistré.")
        self._items[code] = (order, item)
        return item

    def unregister(self, code: str) -> Callable[[], None]:
        """Take ``code`` out: nobody answers under it any more. What is returned puts it back in its place."""
        taken = self._items.pop(code)

        def put_back() -> None:
            self._items[code] = taken

        return put_back

    def get(self, code: str) -> T | None:
        found = self._items.get(code)
        return found[1] if found else None

    def items(self) -> list[tuple[str, T]]:
        """The (code, item) pairs, by order then code."""
        return [(code, item) for code, (order, item) in sorted(self._items.items(), key=lambda kv: (kv[1][0], kv[0]))]

    def __iter__(self) -> Iterator[T]:
        return (item for _, item in self.items())

    def __contains__(self, code: str) -> bool:
        return code in self._items
