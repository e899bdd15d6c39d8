"""Rows of long lists, drawn without the template engine: it takes most of the time of a page of 25 rows.

The HTML stays in ``templates/``, in files of plain ``str.format`` placeholders (``{titre}``); values are escaped as in
any template, unless already safe.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Hashable, Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.functional import cached_property
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


def _escaped(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return html.escape(value)
    return str(value) if kind is int else conditional_escape(value)


class RowTemplate:
    """One kind of row, from the template file ``name`` (no Django tags in it).

    >>> RowTemplate("projects/rangee.html").render({"titre": "<b>", …})
    """

    def __init__(self, name: str):
        self.name = name

    @cached_property
    def _source(self) -> str:
        # Read as it is: the file is for str.format, not for the engine.
        folders = [Path(folder) for folder in settings.TEMPLATES[0]["DIRS"]]
        found = next(path for folder in folders if (path := folder / self.name).is_file())
        return found.read_text(encoding="utf-8").rstrip("\n")

    def render(self, values: Mapping[str, Any]) -> SafeString:
        """One row, each value escaped."""
        return mark_safe(self._source.format_map({k: _escaped(v) for k, v in values.items()}))  # noqa: S308  escaped


def joined(rows: Iterable[str]) -> SafeString:
    """Rows already drawn, one below the other."""
    return mark_safe("\n".join(rows))  # noqa: S308  each row is drawn by a RowTemplate


class Remembered:
    """Rows drawn before, found again by everything they depend on (so that they can never be out of date).

    Kept in the process, at most ``size`` of them.
    """

    def __init__(self, size: int = 5_000):
        self._size = size
        self._rows: dict[Hashable, SafeString] = {}

    def get(self, key: Hashable, draw: Callable[[], SafeString]) -> SafeString:
        """The row of ``key``, drawn by ``draw`` the first time. ``key`` must hold all that ``draw`` reads."""
        found = self._rows.get(key)
        if found is None:
            if len(self._rows) >= self._size:
                self._rows.clear()
            found = self._rows[key] = draw()
        return found
