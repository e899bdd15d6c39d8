"""Who may do what in the kernel. Deny by default."""

from __future__ import annotations

from core.actor import Actor


def is_operator(actor: Actor) -> bool:
    """Does the actor run the application? Both marks are needed: staff alone opens nothing here."""
    user = actor.user
    return bool(actor.kind == "user" and user is not None and user.is_active and user.is_staff and user.is_superuser)
