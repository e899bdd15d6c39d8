"""Who a person acts as: the active membership, and changing it."""

from __future__ import annotations

from django.db import transaction

from accounts.models import Membership, User
from core.actor import Actor
from core.errors import NotAllowed
from core.jobs import GiveUp


def actor_for(user: User) -> Actor:
    """Return ``user`` as an actor under the active membership.

    A membership that ended (or whose organisation closed) is replaced by the first one still running, if any.
    """
    membership = user.active_membership
    if membership is None or membership.ended_at is not None or not membership.organisation.is_active:
        membership = Membership.objects.active().filter(user=user).select_related("organisation").order_by("pk").first()
    return Actor.for_user(user, membership)


def requester_of_job(user_id: int, membership_id: int | None) -> Actor:
    """Who asked for a background job: the person, under the membership of that moment (``core.jobs``).

    Raises ``GiveUp`` when the account was closed or the membership ended since: the job must not outlive the right.
    """
    if membership_id is not None:
        membership = (
            Membership.objects.active()
            .select_related("user", "organisation")
            .filter(pk=membership_id, user_id=user_id)
            .first()
        )
        if membership is None:
            raise GiveUp("La personne qui a demandé cette tâche n’agit plus pour cette organisation.")
        return Actor.for_user(membership.user, membership)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise GiveUp("Le compte de la personne qui a demandé cette tâche n’est plus actif.")
    return Actor.for_user(user)


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
