"""The one place that calls the parsers of others on what a stranger sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from core.errors import InvalidInput

log = structlog.get_logger(__name__)


class NotThat(Exception):
    """The content is not of the type its name announces."""


@contextmanager
def refused_in_words(sentence: str) -> Iterator[None]:
    """Around a parser of others: whatever it raises on a broken file is a refusal that says ``sentence``.

    What we say ourselves (``InvalidInput``, ``NotThat``) goes on. What cannot be bounded this way, time and memory, is
    the business of a process apart (``core.imports.extraction``).
    """
    try:
        yield
    except (InvalidInput, NotThat):
        raise
    except Exception as error:
        log.info("upload.unreadable", error=type(error).__name__)
        raise InvalidInput(sentence) from error
