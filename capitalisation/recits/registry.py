"""What the rooms above add to a récit: other pages about it, what follows a version of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.actor import Actor
from core.registry import Registry

if TYPE_CHECKING:
    from capitalisation.recits.models import Recit


@dataclass(frozen=True)
class PageRecit:
    """One page about a récit: its label, its address, one line that says where it stands.

    ``url(recit, actor)`` is "" for who does not see it, and for a récit that has none (without dossier).
    """

    label: str
    url: Callable[[Recit, Actor], str]
    resume: Callable[[Recit], str] = lambda recit: ""


PAGES_RECIT: Registry[PageRecit] = Registry("pages d’un récit")
#: ``(recit)``, in the transaction: a version of it was kept, that others read from now on.
A_LA_VERSION: Registry[Callable[[Recit], None]] = Registry("ce qui suit une version d’un récit")
