"""What happens to people: actors, switching organisation."""

from __future__ import annotations

from accounts.models import Membership, User
from core.actor import Actor


def actor_for(user: User) -> Actor:
    """Return ``user`` as an actor under the active membership.

    A membership that ended (or whose organisation closed) is replaced by the first one still running, if any.
    """
    membership = user.active_membership
    if membership is None or membership.ended_at is not None or not membership.organisation.is_active:
        membership = (
            Membership.objects.active().filter(user=user).select_related("organisation").order_by("pk").first()
        )
    return Actor.for_user(user, membership)
