"""What the rooms above do of the state of a call: its propositions are opened, it is awarded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from consultations.appel.models import Appel
from core.actor import Actor
from core.lifecycle import perform


def depouiller(appel: Appel, *, actor: Actor, effect: Callable[[Appel], None] | None = None) -> Appel:
    """The propositions are opened; ``effect`` writes what is read of them, in the same transaction.

    Raises ``NotAllowed``, ``ConditionsNotMet`` before the deadline (where they compete), ``StaleState``.
    The caller calls ``touch``.
    """
    return perform(appel, "depouiller", actor=actor, expected_state=appel.state, scope=appel.ingenierie, effect=effect)


def attribuer(
    appel: Appel,
    *,
    actor: Actor,
    before: Callable[[Appel], Mapping[str, Any] | None] | None = None,
    effect: Callable[[Appel], None] | None = None,
) -> Appel:
    """The choice is decided. Raises ``NotAllowed``, ``StaleState``. The caller calls ``touch``."""
    return perform(
        appel,
        "attribuer",
        actor=actor,
        expected_state=appel.state,
        scope=appel.ingenierie,
        before=before,
        effect=effect,
    )
