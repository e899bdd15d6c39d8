"""The strong-box of the propositions: what a prestataire writes lies encrypted until the opening.

Keys of their own (``PROPOSITION_KEYS``): the first encrypts, the others still read, until ``rechiffrer_propositions``
has turned everything under the first one. A key that is lost is lost for everybody (docs/exploitation.md).
"""

from __future__ import annotations

import json
from typing import Any

import structlog
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from core.errors import DomainError

log = structlog.get_logger(__name__)


class CoffreFerme(DomainError):
    """What lies sealed cannot be read: altered, or sealed under a key that is not among ours any more."""

    title = "Ce pli ne s’ouvre pas"

    def __init__(self) -> None:
        super().__init__(
            "Ce contenu est chiffré sous une clé que l’application n’a plus, ou il a été altéré ou perdu. Rien n’a été "
            "changé : prévenez la personne qui exploite l’application."
        )


def _keys() -> list[Fernet]:
    return [Fernet(key) for key in settings.PROPOSITION_KEYS]


def seal_bytes(clear: bytes) -> bytes:
    """``clear``, encrypted and signed under the first key."""
    return MultiFernet(_keys()).encrypt(clear)


def read_bytes(sealed: bytes) -> bytes:
    """What was sealed. Raises :class:`CoffreFerme`."""
    try:
        return MultiFernet(_keys()).decrypt(sealed)
    except InvalidToken:
        log.error("proposition_unreadable")
        raise CoffreFerme from None


def seal(value: Any) -> str:
    """``value`` (of plain JSON), encrypted and signed under the first key."""
    return seal_bytes(json.dumps(value, ensure_ascii=False).encode()).decode()


def read(sealed: str) -> Any:
    """What was sealed, parsed. Raises :class:`CoffreFerme`."""
    return json.loads(read_bytes(sealed.encode()))


def turned(sealed: bytes) -> bytes | None:
    """The same content under the first key; ``None`` when it lies under it already. Raises :class:`CoffreFerme`."""
    first = _keys()[0]
    try:
        first.decrypt(sealed)
    except InvalidToken:
        return seal_bytes(read_bytes(sealed))
    return None
