"""For each type of document the application prints: an object to print it for, and somebody who may.

``SAMPLES[code]()`` makes the object and returns (object id, actor). Every registered type has its entry: the test that
validates the PDF files of all types fails otherwise.
"""

from __future__ import annotations

from collections.abc import Callable

from core.actor import Actor

SAMPLES: dict[str, Callable[[], tuple[int, Actor]]] = {}
