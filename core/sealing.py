"""What the database keeps for a moment and cannot read: encrypted with a key drawn from ``SECRET_KEY``."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"core.sealing" + k.encode()).digest())) for k in keys]
    )


def seal(value: dict[str, Any]) -> str:
    """``value`` (of plain JSON), encrypted and signed."""
    return _box().encrypt(json.dumps(value).encode()).decode()


def unseal(sealed: str) -> dict[str, Any] | None:
    """What was sealed; ``None`` when it was altered, or sealed under a key that is no longer ours."""
    try:
        return json.loads(_box().decrypt(sealed.encode()))
    except InvalidToken:
        return None
