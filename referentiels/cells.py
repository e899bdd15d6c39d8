"""Cells of imported files that name an item of a reference list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.imports import choice_cell, padded_digits
from referentiels import lists
from referentiels.fields import is_current
from referentiels.models import Departement, ReferenceItem


def reference_cell(model: type[ReferenceItem]) -> Callable[[str], str]:
    """A reader of cells that hold the label of an item of ``model``, its code, or both, in any order."""

    kept: dict[str, Any] = {"items": None, "pairs": ()}

    def pairs() -> Sequence[tuple[str, Sequence[str]]]:
        items = lists.mapping(model)
        if items is not kept["items"]:
            kept["items"] = items
            kept["pairs"] = [
                (str(item.pk), tuple(dict.fromkeys((str(item), item.label, item.code, f"{item.code} {item.label}"))))
                for item in items.values()
                if is_current(item)
            ]
        return kept["pairs"]

    return choice_cell(pairs)


def reference_choices(model: type[ReferenceItem]) -> Callable[[], Sequence[str]]:
    """The items of ``model`` that may be chosen today, for the drop-down list of a template."""
    return lambda: [str(item) for item in lists.items(model) if is_current(item)]


_departement = reference_cell(Departement)
_two_digits = padded_digits(2)


def departement_cell(text: str) -> str:
    """A cell that names a département: « Ain », « 01 », « 1 », « 001 », « 01 - Ain »."""
    code = _two_digits(text)
    if len(code) == 3 and code[0] == "0" and code[1].isdigit():
        code = code[1:]
    return _departement(code)
