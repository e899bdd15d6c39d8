"""What the rooms above add to the page of a récit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.actor import Actor
from core.registry import Registry

if TYPE_CHECKING:
    from capitalisation.recits.models import Recit

#: What the page of a récit proposes next: ``(recit, actor)`` gives ``[(label, url)]``.
SUITES_RECIT: Registry[Callable[[Any, Actor], list[tuple[str, str]]]] = Registry("suites d’un récit")


@dataclass(frozen=True)
class PageRecit:
    """One page about a récit: its label, its address, one line that says where it stands.

    ``url(recit, actor)`` is "" for who does not see it, and for a récit that has none (without dossier).
    """

    label: str
    url: Callable[[Recit, Actor], str]
    resume: Callable[[Recit], str] = lambda recit: ""


PAGES_RECIT: Registry[PageRecit] = Registry("pages d’un récit")
