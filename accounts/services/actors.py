"""Who a person acts as: the active membership, and changing it."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Membership, User
from core.actor import Actor
from core.errors import NotAllowed


def actor_for(user: User) -> Actor:
    """Return ``user`` as an actor under the active membership.

    A membership that ended (or whose organisation closed) is replaced by the first one still running, if any.
    """
    membership = user.active_membership
    if membership is None or membership.ended_at is not None or not membership.organisation.is_active:
        membership = Membership.objects.active().filter(user=user).select_related("organisation").order_by("pk").first()
    return Actor.for_user(user, membership)


@transaction.atomic
def switch_organisation(user: User, membership: Membership) -> Actor:
    """``user`` acts for the organisation of ``membership`` from now on: every list follows.

    Raises ``NotAllowed`` when the membership is somebody else's or has ended.
    """
    running = Membership.objects.active().select_related("organisation").filter(pk=membership.pk, user=user).first()
    if running is None:
        raise NotAllowed("Vous n’appartenez plus à cette organisation.")
    user.active_membership = running
    user.save(update_fields=["active_membership"])
    return Actor.for_user(user, running)
