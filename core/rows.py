"""Rows of long lists, drawn without the template engine: it takes most of the time of a page of 25 rows.

The HTML stays in ``templates/``, in files of plain ``str.format`` placeholders (``{titre}``); values are escaped as in
any template, unless already safe.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.functional import cached_property
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


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
        escaped = {
            name: str(value) if type(value) is int else conditional_escape(value) for name, value in values.items()
        }
        return mark_safe(self._source.format_map(escaped))  # noqa: S308  every value is escaped above

    def render_all(self, rows: Iterable[Mapping[str, Any]]) -> SafeString:
        """The rows one below the other."""
        return mark_safe("\n".join(self.render(row) for row in rows))  # noqa: S308
