"""What follows a last signature, or an avenant that is given up: higher rooms add theirs."""

from __future__ import annotations

from collections.abc import Callable

from core.actor import Actor
from core.registry import Registry
from missions.conventions.models import Avenant, Convention

#: ``(what is signed, actor)``: called in the transaction of the last signature.
A_LA_SIGNATURE: Registry[Callable[[Convention | Avenant, Actor], None]] = Registry("suites d’une signature")
#: ``(avenant, actor)``: called in the transaction that gives it up.
A_L_ABANDON: Registry[Callable[[Avenant, Actor], None]] = Registry("suites d’un avenant abandonné")
