"""What a dossier made: each room says its papers, the tab « Documents » lists them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.actor import Actor
from core.registry import Registry


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of the dossier, as « Documents » shows it.

    ``files`` are (format and size, address) pairs, to download at once; ``printed`` the (type of document, id) that the
    worker prints on demand. ``on`` is when it was made, ``by`` who made it; both empty for what follows the dossier
    from day to day. ``room`` and ``room_url`` lead to where it comes from.
    """

    title: str
    room: str
    room_url: str
    on: dt.datetime | dt.date | None = None
    by: str = ""
    note: str = ""
    files: tuple[tuple[str, str], ...] = ()
    printed: tuple[str, int] | None = None


#: ``provider(ingenierie, actor)`` returns the papers of a room that ``actor``, who reads the dossier, may read: as many
#: queries for one paper as for thirty.
PAPERS: Registry[Callable[[Any, Actor], list[Paper]]] = Registry("papiers du dossier")
