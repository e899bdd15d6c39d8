"""What the rooms above add to the récits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.actor import Actor
from core.registry import Registry

#: What the page of a récit proposes next: ``(recit, actor)`` gives ``[(label, url)]``.
SUITES_RECIT: Registry[Callable[[Any, Actor], list[tuple[str, str]]]] = Registry("suites d’un récit")
