"""Personal links leave: sent, sent again, replaced, revoked. One purpose, one object, one address: one row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from accounts.links import LINK_PURPOSES, LinkPurpose
from accounts.models import Grant, User
from accounts.services.links import EXPIRE, OUVERT, REPONDU, REVOQUE, record, scope_of, status_of
from core import clock, outbox
from core.actor import Actor
from core.editing import lock, lock_rows
from core.errors import InvalidInput, NotAllowed, StaleState
from core.formats import format_date, format_datetime
from core.text import typed_text

#: A link is sent again no sooner than this after it left.
RESEND_AFTER = dt.timedelta(minutes=10)


def _purpose(code: str) -> LinkPurpose:
    found = LINK_PURPOSES.get(code)
    if found is None:
        raise LookupError(f"usage de lien inconnu : {code}")
    return found


def deadline_of(purpose: LinkPurpose, obj: Any) -> dt.datetime | None:
    """Until when a link sent now would serve; ``None``: until it is revoked."""
    until = purpose.deadline(obj) if purpose.deadline else None
    if until is not None:
        return until
    return clock.now() + purpose.lifetime if purpose.lifetime else None


def _expiry(purpose: LinkPurpose, obj: Any) -> dt.datetime | None:
    until = deadline_of(purpose, obj)
    if until is not None and until <= clock.now():
        raise InvalidInput(f"La date limite ({format_datetime(until)}) est passée : changez-la d’abord.")
    return until


def _allow(purpose: LinkPurpose, obj: Any, actor: Actor) -> None:
    refusal = purpose.refusal(actor, obj)
    if refusal:
        raise NotAllowed(refusal)


def _mail(grant: Grant, purpose: LinkPurpose, obj: Any, actor: Actor) -> None:
    outbox.queue_mail(
        purpose.mail,
        to=grant.recipient_email,
        context={"grant": grant.pk, "version": grant.version, "rappel": grant.sent_count > 1},
        actor=actor,
        scope=scope_of(purpose, obj),
        key=mail_key(grant),
    )


def mail_key(grant: Grant) -> str:
    """The key of the mail that last carried the link."""
    return f"lien-{grant.pk}-{grant.sent_count}"


def not_sent(grants: Collection[Grant]) -> set[int]:
    """The primary keys of those whose last mail failed: one query."""
    failed = outbox.unsent(mail_key(grant) for grant in grants)
    return {grant.pk for grant in grants if mail_key(grant) in failed}


def _recipient(purpose: LinkPurpose, name: str, email: str) -> tuple[str, str]:
    name = " ".join(typed_text(name, limit=120).split())
    email = User.objects.normalize_email(email.strip()).lower()
    if not name and not purpose.invites:
        raise InvalidInput("Dites à qui le lien est adressé.")
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvalidInput(f"L’adresse électronique « {email} » n’est pas valable.") from error
    return name, email


def _refuse_twice(found: Grant, purpose: LinkPurpose) -> NoReturn:
    status = status_of(found)
    if purpose.invites:
        raise InvalidInput(
            f"Une invitation a déjà été envoyée à cette adresse le {format_date(found.sent_at)} : "
            "renvoyez-la ou révoquez-la."
        )
    action = "renvoyez-le" if status in (OUVERT, EXPIRE) else "envoyez-lui un nouveau lien"
    raise InvalidInput(
        f"Un lien a déjà été envoyé à cette adresse le {format_date(found.sent_at)} : {action} depuis la liste."
    )


@transaction.atomic
def send_link(
    code: str, obj: Any, *, email: str, actor: Actor, name: str = "", payload: Mapping[str, Any] = MappingProxyType({})
) -> Grant:
    """Give ``email`` the link of purpose ``code`` on ``obj``, carrying ``payload``, and owe the mail.

    An invitation that was accepted or revoked starts anew, with another link. Raises ``NotAllowed``; ``InvalidInput``
    for a wrong address, for one that has this link already (it is sent again instead), when the deadline is past or
    when the object expects no answer any more.
    """
    purpose = _purpose(code)
    _allow(purpose, obj, actor)
    name, email = _recipient(purpose, name, email)
    found = Grant.objects.of(obj, code).filter(recipient_email__iexact=email)
    grant = lock_rows(found).first()
    if grant is not None:
        if not purpose.invites or status_of(grant) in (OUVERT, EXPIRE):
            _refuse_twice(grant, purpose)
        _reopened(grant)
    else:
        scope = scope_of(purpose, obj)
        grant = Grant(
            purpose=code,
            object_type=obj._meta.label_lower,
            object_id=obj.pk,
            object_label=f"{purpose.label} · {obj}"[:255],
            scope_type=scope._meta.label_lower,
            scope_id=scope.pk,
            recipient_name=name,
            recipient_email=email,
            sent_count=0,
        )
    grant.payload = dict(payload)
    told = {"recipient_email": None, **{name: ("", value) for name, value in payload.items()}}
    try:
        with transaction.atomic():
            return _leave(grant, purpose, obj, actor, "envoye", told)
    except IntegrityError:  # the other half of a double click
        _refuse_twice(found.get(), purpose)


def _lock(grant: Grant, actor: Actor, expected_version: int | None) -> tuple[Grant, LinkPurpose, Any]:
    purpose = _purpose(grant.purpose)
    locked = lock(grant)
    obj = purpose.load(locked.object_id)
    if obj is None:
        raise StaleState("Ce à quoi ce lien servait a été retiré entre-temps : rechargez la page.")
    _allow(purpose, obj, actor)
    if purpose.invites and locked.used_at:
        raise StaleState(f"Cette invitation a été acceptée le {format_datetime(locked.used_at)}.")
    if expected_version is not None and locked.version != expected_version:
        raise StaleState("Ce lien a changé entre-temps : rechargez la page pour voir où il en est.")
    return locked, purpose, obj


def _reopened(locked: Grant) -> Grant:
    """Under another version: the former link says that it was replaced."""
    locked.version += 1
    locked.revoked_at = locked.used_at = None
    return locked


def _again(locked: Grant, purpose: LinkPurpose, obj: Any, actor: Actor, what: str) -> Grant:
    """What sending again and replacing share: no sooner than the minimum delay."""
    if clock.now() - locked.sent_at < RESEND_AFTER:
        minutes = int(RESEND_AFTER.total_seconds() // 60)
        raise InvalidInput(
            f"Ce lien vient de partir : attendez {minutes} minutes avant de le renvoyer. "
            "Vérifiez l’adresse et le dossier des indésirables."
        )
    return _leave(locked, purpose, obj, actor, what, {})


def _leave(locked: Grant, purpose: LinkPurpose, obj: Any, actor: Actor, what: str, told: Mapping[str, Any]) -> Grant:
    """The link leaves: new deadline, journal, mail."""
    if closed := purpose.closed(obj):
        raise InvalidInput(closed)
    before = locked.expires_at
    locked.expires_at = _expiry(purpose, obj)
    locked.sent_at = clock.now()
    locked.sent_count += 1
    locked.renewal_asked_at = None
    locked.issued_by = actor.user
    locked.organisation = purpose.issuer(actor, obj) or locked.organisation
    locked.save()
    record(locked, purpose, obj, actor, what, {**told, "expires_at": (before, locked.expires_at)})
    purpose.changed(obj, False)
    _mail(locked, purpose, obj, actor)
    return locked


@transaction.atomic
def resend_link(grant: Grant, *, actor: Actor, expected_version: int | None = None) -> Grant:
    """Send the same link again, with a new deadline: a reminder, or an answer to who let it expire.

    Raises ``NotAllowed``; ``StaleState`` when it was answered, revoked or replaced meanwhile; ``InvalidInput`` when it
    left less than :data:`RESEND_AFTER` ago (so a double click sends once) or the deadline is past.
    """
    locked, purpose, obj = _lock(grant, actor, expected_version)
    status = status_of(locked)
    if status == REPONDU:
        raise StaleState(f"La réponse est arrivée le {format_datetime(locked.used_at)} : rien n’est à relancer.")
    if status == REVOQUE:
        raise StaleState(f"Ce lien a été révoqué le {format_datetime(locked.revoked_at)} : envoyez-en un nouveau.")
    return _again(locked, purpose, obj, actor, "renvoye")


@transaction.atomic
def renew_link(grant: Grant, *, actor: Actor, expected_version: int | None = None) -> Grant:
    """Send a new link: the former one says that it was replaced. It also reopens what was answered or revoked.

    Raises ``NotAllowed``, ``StaleState``, ``InvalidInput`` (as :func:`resend_link`).
    """
    locked, purpose, obj = _lock(grant, actor, expected_version)
    return _again(_reopened(locked), purpose, obj, actor, "remplace")


@transaction.atomic
def revoke_link(grant: Grant, *, actor: Actor, expected_version: int | None = None) -> Grant:
    """The link stops working at once. Raises ``NotAllowed``, ``StaleState``."""
    locked, purpose, obj = _lock(grant, actor, expected_version)
    if locked.revoked_at:
        raise StaleState(f"Ce lien a déjà été révoqué le {format_datetime(locked.revoked_at)}.")
    locked.revoked_at = clock.now()
    locked.save()
    record(locked, purpose, obj, actor, "revoque", {"revoked_at": (None, locked.revoked_at)})
    purpose.changed(obj, True)
    return locked
