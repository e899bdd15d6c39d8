"""What the budget asks of higher floors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.registry import Registry
from projects.ingenierie.models import Ingenierie

#: ``(ingenierie)`` → what is proposed of a convention with co-funders (field → value): it is often that of the mission.
CONVENTIONS_CONNUES: Registry[Callable[[Ingenierie], dict[str, Any]]] = Registry("conventions déjà écrites ailleurs")
