"""Somebody is told of what she was handed over: by mail and on the Accueil, until she says she saw it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from accounts.models import Membership, Organisation, Passation, User
from core import clock, outbox
from core.actor import Actor
from core.errors import NotAllowed

#: Beyond, a passation says how many more there are.
LINES_MAX = 200


def tell_handed(
    organisation: Organisation,
    lines: Sequence[tuple[str, str, str]],
    *,
    from_user: User | None,
    to_user: User,
    actor: Actor,
) -> Passation | None:
    """Tell ``to_user`` of what is hers now for ``organisation``; ``lines`` are (kind, title, address of its page).

    In the caller's transaction. Nobody is told of what she gave herself: returns ``None`` then.
    """
    if not lines or to_user.pk == actor.user_id:
        return None
    kept = [list(line) for line in lines[:LINES_MAX]]
    if len(lines) > LINES_MAX:
        kept.append(["", f"et {len(lines) - LINES_MAX} de plus", ""])
    made = Passation.objects.create(organisation=organisation, from_user=from_user, to_user=to_user, lines=kept)
    outbox.queue_mail(
        "accounts/passation", to=to_user.email, context={"passation": made.pk}, actor=actor, scope=organisation
    )
    return made


def waiting(actor: Actor):
    """The passations that the actor has not seen, for the organisation she acts for."""
    return Passation.objects.filter(
        to_user=actor.user_id, organisation=actor.organisation_id, seen_at=None
    ).select_related("from_user")


def still_hers(passation: Passation) -> bool:
    """Has ``to_user`` still to be told: she has not seen it, and belongs to the organisation?"""
    members = Membership.objects.active().filter(user=passation.to_user_id, organisation=passation.organisation_id)
    return passation.seen_at is None and members.exists()


@transaction.atomic
def saw(passation: Passation, *, actor: Actor) -> None:
    """She has seen what was handed to her. Raises ``NotAllowed`` for somebody else."""
    if actor.user_id != passation.to_user_id:
        raise NotAllowed("Cette passation s’adresse à une autre personne.")
    Passation.objects.filter(pk=passation.pk, seen_at=None).update(seen_at=clock.now())
