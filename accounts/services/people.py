"""People: their profile, and the accounts that the administration opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User
from core import journal, outbox
from core.actor import Actor
from core.editing import lock
from core.errors import InvalidInput, NotAllowed
from core.permissions import is_operator

journal.register_verbs(
    {
        "person.updated": "a mis à jour son profil",
        "person.email_changed": "a changé d’adresse électronique",
        "person.opened": "a ouvert le compte de",
        "person.changed_by_admin": "a modifié le compte de",
    }
)

PROFILE = ("first_name", "last_name", "fonction", "phone")


@transaction.atomic
def update_profile(user: User, values: Mapping[str, Any], *, actor: Actor) -> User:
    """Save one's own profile. Raises ``NotAllowed`` for somebody else's."""
    if actor.user_id != user.pk:
        raise NotAllowed("Chaque personne tient son propre profil.")
    locked = lock(user)
    changes = {}
    for name in PROFILE:
        before = getattr(locked, name)
        if name in values and values[name] != before:
            changes[name] = (before, values[name])
            setattr(locked, name, values[name])
    if changes:
        locked.save(update_fields=list(changes))
        journal.record(actor, "person.updated", locked, changes=changes)
    return locked


@transaction.atomic
def open_account(user: User, *, actor: Actor) -> User:
    """Open an account by hand (administration): the person receives a mail and signs in with a code.

    Membership of an organisation goes by invitation, or by ``add_member``.
    """
    if not is_operator(actor):
        raise NotAllowed("Seule l’administration ouvre un compte sans invitation.")
    user.email = User.objects.normalize_email(user.email).lower()
    if User.objects.filter(email__iexact=user.email).exists():
        raise InvalidInput("Cette adresse a déjà un compte.")
    user.set_unusable_password()
    user.save(force_insert=True)
    journal.record(actor, "person.opened", user)
    outbox.queue_mail("accounts/compte_ouvert", to=user.email, context={"user": user.pk}, actor=actor)
    return user


@transaction.atomic
def change_by_admin(user: User, values: Mapping[str, Any], *, actor: Actor) -> User:
    """Change a person's account from the administration (address, rights, activity), journaled.

    A changed address has to be confirmed again by a code at the next sign-in. Raises ``NotAllowed``.
    """
    if not is_operator(actor):
        raise NotAllowed("Seule l’administration change le compte d’une autre personne.")
    locked = lock(user)
    changes = {}
    for name, value in values.items():
        before = getattr(locked, name)
        if value != before:
            changes[name] = (before, value)
            setattr(locked, name, value)
    if changes:
        locked.email = User.objects.normalize_email(locked.email).lower()
        locked.save(update_fields=[*changes])
        if "email" in changes:
            EmailAddress.objects.filter(user=locked).delete()
        journal.record(actor, "person.changed_by_admin", locked, changes=changes)
    return locked
