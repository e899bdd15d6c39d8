"""Accounts that nobody uses any more: warned, then anonymised. What was done stays told, under its date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.links import invitations
from accounts.models import Grant, Membership, User
from core import clock, journal, outbox
from core.actor import Actor
from core.editing import lock
from core.errors import ConditionsNotMet, NotAllowed
from core.registry import Registry

journal.register_verbs(
    {
        "person.erased": "a effacé les données du compte",
        "person.erasure_told": "a prévenu que le compte serait effacé",
    }
)

#: ``held(user_ids)`` → those of these people who belong to something that a higher floor knows.
BELONGINGS: Registry[Callable[[Collection[int]], set[int]]] = Registry("appartenances")
#: ``erase(user)``: what of a person a higher floor erases with her account, in the transaction.
ERASED_WITH: Registry[Callable[[User], None]] = Registry("ce qui s’efface avec un compte")
#: How an anonymised address ends: no machine can have this name (RFC 2606).
NOBODY = "anonyme.invalid"
STILL_BELONGS = (
    "Ce compte appartient encore à une organisation ou à un prestataire : quittez-les d’abord, ou demandez à leur "
    "responsable de mettre fin à votre appartenance."
)


def anonymous(kind: str, pk: int) -> str:
    """The address that takes the place of one that is erased."""
    return f"{kind}-{pk}@{NOBODY}"


def forget_invitation(grant: Grant) -> None:
    """Erase whom an invitation was for; one that still waits does not any more."""
    grant.recipient_name, grant.recipient_email, grant.payload = "", anonymous("invitation", grant.pk), {}
    if grant.used_at is None and grant.revoked_at is None:
        grant.revoked_at = clock.now()
    grant.save(update_fields=["recipient_name", "recipient_email", "payload", "revoked_at"])


def unattached(user_ids: Collection[int]) -> set[int]:
    """Of these people, those who belong to nothing any more."""
    free = set(
        User.objects.filter(pk__in=user_ids)
        .exclude(Exists(Membership.objects.filter(user=OuterRef("pk"), ended_at__isnull=True)))
        .values_list("pk", flat=True)
    )
    for held in BELONGINGS:
        free -= held(free)
    return free


def last_seen(user: User) -> dt.date:
    """The day the person signed in for the last time, or the account was opened."""
    return timezone.localdate(user.last_login or user.date_joined)


def due(user: User) -> dt.date:
    """The day from which the account may be anonymised, if it still belongs to nothing."""
    return clock.months_after(last_seen(user), settings.PERSONAL_DATA_MONTHS)


def _candidates() -> list[User]:
    """Accounts that belong to nothing and whose term is at most a month away; those who run the site are left."""
    before = clock.months_after(clock.today(), 1 - settings.PERSONAL_DATA_MONTHS)
    rows = list(
        User.objects.filter(efface_le=None, is_staff=False, is_superuser=False, date_joined__date__lte=before)
        .exclude(last_login__date__gt=before)
        .order_by("pk")
    )
    free = unattached([user.pk for user in rows])
    return [user for user in rows if user.pk in free]


def _told(user: User) -> bool:
    """Was the person told since she was last seen?"""
    return user.prevenu_le is not None and user.prevenu_le > last_seen(user)


def warn_accounts(*, dry_run: bool = False, check: Callable[[], None] = lambda: None) -> int:
    """Write to those whose account goes in a month; returns how many. Once per term."""
    actor = Actor.system("conservation des données")
    count = 0
    for user in _candidates():
        check()
        if _told(user):
            continue
        count += 1
        if dry_run:
            continue
        with transaction.atomic():
            locked = lock(user)
            locked.prevenu_le = clock.today()
            locked.save(update_fields=["prevenu_le"])
            journal.record(actor, "person.erasure_told", locked)
            if locked.is_active:
                outbox.queue_mail(
                    "accounts/effacement",
                    to=locked.email,
                    context={"user": locked.pk, "prevenu_le": locked.prevenu_le.isoformat()},
                    actor=actor,
                    key=f"accounts-effacement-{locked.pk}-{locked.prevenu_le}",
                )
    return count


def erase_accounts(*, dry_run: bool = False, check: Callable[[], None] = lambda: None) -> int:
    """Anonymise those who were told a month ago and did not come back; returns how many."""
    actor = Actor.system("conservation des données")
    count = 0
    for user in _candidates():
        check()
        if not _ripe(user):
            continue
        if dry_run:
            count += 1
            continue
        with transaction.atomic():
            # Asked again with the row locked: the person may have come back meanwhile.
            locked = lock(user)
            if not locked.efface_le and _ripe(locked) and locked.pk in unattached([locked.pk]):
                anonymise(locked, actor=actor)
                count += 1
    return count


def _ripe(user: User) -> bool:
    """May the account be erased today: its term has come, and its person was told a month ago?"""
    today = clock.today()
    return _told(user) and clock.months_after(user.prevenu_le, 1) <= today and due(user) <= today


@transaction.atomic
def anonymise(user: User, *, actor: Actor) -> User:
    """Erase what identifies a person from her account: address, name, fonction, phone, means of signing in.

    The row stays, without access: what she did refers to it, and names already written in dossiers and in the journal
    stay as they are. By the person herself or by the application. Raises ``NotAllowed``, ``ConditionsNotMet`` while
    she belongs to an organisation or a prestataire.
    """
    if not actor.is_system and actor.user_id != user.pk:
        raise NotAllowed("Chaque personne fait effacer son propre compte.")
    locked = lock(user)
    if locked.is_staff or locked.is_superuser:
        raise ConditionsNotMet("Un compte d’administration ne s’efface pas d’ici.")
    if locked.pk not in unattached([locked.pk]):
        raise ConditionsNotMet(STILL_BELONGS)
    for grant in Grant.objects.filter(purpose__in=invitations(), recipient_email__iexact=locked.email):
        forget_invitation(grant)
    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=locked).delete()
    for erase in ERASED_WITH:
        erase(locked)
    locked.email = anonymous("compte", locked.pk)
    locked.first_name, locked.last_name, locked.fonction, locked.phone = "Compte", "effacé", "", ""
    locked.is_active, locked.efface_le, locked.active_membership = False, clock.now(), None
    locked.set_unusable_password()
    locked.save()
    # The application tells it: the name of the person is not written once more.
    journal.record(Actor.system("effacement"), "person.erased", locked, changes={"email": None, "first_name": None})
    return locked
